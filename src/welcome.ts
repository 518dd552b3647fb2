import type { Config } from './config/config.ts';

/** What a person who has just started the service wants to know. */
export function welcome(url: string, { ROLES }: Config): string {
  const lines = [
    '',
    `  Job Scheduler is up (${ROLES.join(', ')})`,
    '',
    ...(ROLES.includes('api') ? [`  API      ${url}/jobs`, `  Swagger  ${url}/api`] : []),
    `  Health   ${url}/health/ready`,
    `  Metrics  ${url}/metrics`,
    '',
    '  No authentication: it answers on loopback only.',
    ...(ROLES.includes('api') ? ['', '  Try it:', ...firstJob(url)] : []),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function firstJob(url: string): string[] {
  const body = JSON.stringify({
    name: 'hello',
    schedule: '*/10 * * * * *',
    payload: { text: 'Hello from the scheduler' },
  });
  return [`  curl -s ${url}/jobs -H 'content-type: application/json' -d '${body}'`];
}
