import { describe, expect, it } from '@jest/globals';
import type { RunContext } from '../job-handler.ts';
import { filledIn, placeholderViolations } from './run-fields.ts';

const RUN: RunContext = {
  runId: '7-1795510800000-1',
  jobId: 7,
  jobName: 'say "hi"',
  trigger: 'chain',
  scheduledFor: new Date('2026-11-24T09:00:00Z'),
  startedAt: new Date('2026-11-24T09:00:00.025Z'),
  attempt: 2,
  deadline: new Date('2026-11-24T09:00:30.025Z'),
  cause: {
    runId: '9-1795510700000',
    jobId: 9,
    status: 'failed',
    result: { rows: [1, '{{run.id}}'] },
  },
  signal: new AbortController().signal,
  log: () => undefined,
};

describe('fields of the run in a body', () => {
  it.each([
    ['run.id', '7-1795510800000-1'],
    ['run.jobId', '7'],
    ['run.jobName', 'say "hi"'],
    ['run.trigger', 'chain'],
    ['run.scheduledFor', '2026-11-24T09:00:00.000Z'],
    ['run.startedAt', '2026-11-24T09:00:00.025Z'],
    ['run.attempt', '2'],
    ['run.deadline', '2026-11-24T09:00:30.025Z'],
    ['run.cause.runId', '9-1795510700000'],
    ['run.cause.jobId', '9'],
    ['run.cause.status', 'failed'],
    ['run.cause.result', '{"rows":[1,"{{run.id}}"]}'],
  ])('are filled in: %s', (name, value) => {
    const body = `<{{${name}}}|{{ ${name} }}>`;

    expect(placeholderViolations(body, 'body')).toEqual([]);
    expect(filledIn(body, RUN)).toBe(`<${value}|${value}>`);
  });

  it('are empty for a run without a cause, whose result is null', () => {
    const body = '[{{run.cause.runId}}{{run.cause.jobId}}{{run.cause.status}}]{{run.cause.result}}';

    expect(filledIn(body, { ...RUN, cause: null })).toBe('[]null');
  });

  it('stand in texts at any depth, and nowhere else', () => {
    const body = { '{{run.id}}': [null, 1, true, { text: 'of {{run.jobId}}' }], __proto: '$&' };

    expect(filledIn(body, RUN)).toEqual({
      '{{run.id}}': [null, 1, true, { text: 'of 7' }],
      __proto: '$&',
    });
  });

  it.each([
    '{{name}}',
    '{{runner.id}}',
    '{{run}}',
    '{{run-id}}',
    '{run.id}',
    '{{run.id',
    '{{run.id}',
  ])('leave to the target what is its own: %s', (body) => {
    expect(placeholderViolations(body, 'body')).toEqual([]);
    expect(filledIn(body, RUN)).toBe(body);
  });

  it.each([
    '{{run.ID}}',
    '{{run.}}',
    '{{ run.id | upper }}',
    '{{run.cause}}',
    '{{run.constructor}}',
  ])('are refused when there is none such: %s', (text) => {
    expect(placeholderViolations({ a: ['', text] }, 'body')).toEqual([
      { path: 'body.a.1', message: expect.stringContaining('run.id, run.jobId, run.jobName') },
    ]);
  });

  it('are bounded in number, since each may be a long result', () => {
    const texts = (count: number) => Array.from({ length: count }, () => '{{run.cause.result}}');

    expect(placeholderViolations(texts(20), 'body')).toEqual([]);
    expect(placeholderViolations(texts(21), 'body')).toEqual([
      { path: 'body', message: 'must not hold more than 20 fields of the run' },
    ]);
    expect(placeholderViolations(texts(21).join(), 'body')).toHaveLength(1);
  });
});
