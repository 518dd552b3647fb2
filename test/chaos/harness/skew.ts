import { Api } from '../../support/api.ts';
import type { Member } from './fleet.ts';

const METRIC = /^scheduler_clock_skew_seconds (\S+)$/m;

/** How far the clock of its host is ahead of the database by the metrics of a member, in seconds. */
export async function skewOf({ url }: Member): Promise<number> {
  const { text } = await new Api(url).get('/metrics');
  return Number(METRIC.exec(text)?.[1]);
}

/** How often its process has warned of that. */
export function skewWarningsOf({ process }: Member): number {
  return process.lines.filter((line) => line.includes('"logger":"SkewWatch"')).length;
}
