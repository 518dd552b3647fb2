import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  type BareRun,
  claimRuns,
  completeRuns,
  PLANNED,
  RUNNING,
  takeJobs,
} from './bare-statements.ts';

/** A round of the bare loop: a burst at one instant, or as much as it can for some time. */
export type BareRound =
  { kind: 'fire'; dueAt: number; count: number } | { kind: 'sustain'; seconds: number };

const BATCH = 500;
const LANES = 2;
const DAY_MS = 86_400_000;
/** Planned rows that may wait: more of them would cost the workers time and gain nothing. */
const LEAD = 10 * BATCH;

const [, , url] = process.argv;
const clients = Array.from({ length: LANES + 1 }, () => new pg.Client(url));

/** A process of its own: what a scheduler written by hand in an afternoon would do. */
process.on('message', (round: BareRound) => {
  void (round.kind === 'fire' ? fire(round) : sustain(round)).then((count) =>
    process.send?.(count),
  );
});
await Promise.all(clients.map((client) => client.connect()));
process.send?.('ready');

async function fire({ dueAt, count }: { dueAt: number; count: number }): Promise<number> {
  await sleep(dueAt - Date.now());
  let finished = 0;
  const lane = async (client: pg.Client): Promise<void> => {
    while (finished < count) {
      const move = { now: new Date(), limit: BATCH, periodMs: DAY_MS, status: RUNNING } as const;
      const runs = await takeJobs(client, move);
      if (runs.length === 0) await sleep(1);
      else await carryOut(client, runs);
      finished += runs.length;
    }
  };
  await Promise.all(clients.slice(0, LANES).map(lane));
  return finished;
}

async function sustain({ seconds }: { seconds: number }): Promise<number> {
  const end = Date.now() + seconds * 1_000;
  const [planning, ...working] = clients as [pg.Client, ...pg.Client[]];
  let waiting = 0;
  let finished = 0;
  const planner = async (): Promise<void> => {
    while (Date.now() < end) {
      const move = { now: new Date(), limit: BATCH, periodMs: 1_000, status: PLANNED } as const;
      if (waiting >= LEAD) await sleep(1);
      else waiting += (await takeJobs(planning, move)).length;
    }
  };
  const worker = async (client: pg.Client): Promise<void> => {
    while (Date.now() < end) {
      const runs = await claimRuns(client, new Date(), BATCH);
      waiting -= runs.length;
      if (runs.length === 0) await sleep(1);
      else await carryOut(client, runs);
      finished += runs.length;
    }
  };
  await Promise.all([planner(), ...working.map(worker)]);
  return finished;
}

async function carryOut(client: pg.Client, runs: BareRun[]): Promise<void> {
  for (const run of runs) run.startedAt = new Date();
  await completeRuns(client, runs);
}
