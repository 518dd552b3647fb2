import { setTimeout as sleep } from 'node:timers/promises';
import type { RunContext } from '../../../src/scheduler/jobs/job-handler.ts';
import { ScriptedJob } from '../../support/scripted-job.ts';
import { openServiceWith } from '../../support/service.ts';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import { LEASE_MS } from '../harness/fleet.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

const PER_SECOND = sized(60, 300);
/** Of each way to misbehave. */
const BAD_PER_SECOND = 1;
const SECONDS = sized(10, 60);
const LIMIT_MS = 1_000;
/** Long after the limit: an answer that comes just after it has a last chance on a busy machine. */
const LATE_MS = 5_000;
/** What the ledger keeps of a result, of an error, and of log lines. */
const KEPT_CHARACTERS = 70_000;
const KEPT_LINES = 101;

interface Way {
  does: (context: RunContext) => unknown;
  status: 'succeeded' | 'failed';
  /** What the ledger says of it, as an error or in the result. */
  says: string;
}

const circle: Record<string, unknown> = {};
circle.circle = circle;

const WAYS: Readonly<Record<string, Way>> = {
  'throws undefined': { does: throwing(undefined), status: 'failed', says: 'Threw undefined' },
  'throws a string': { does: throwing('just words'), status: 'failed', says: 'just words' },
  'throws a circle': { does: throwing(circle), status: 'failed', says: 'Circular' },
  'answers a circle': {
    does: () => ({ kind: 'succeeded', result: circle }),
    status: 'succeeded',
    says: 'no JSON value',
  },
  'answers nothing': { does: () => undefined, status: 'failed', says: 'no outcome' },
  'never answers': {
    does: () => new Promise(() => undefined),
    status: 'failed',
    says: 'Timed out',
  },
  'rejects late': {
    does: () => sleep(LATE_MS).then(throwing(new Error('late'))),
    status: 'failed',
    says: 'Timed out',
  },
  'resolves twice': {
    does: () => ({
      then: (resolve: (value: unknown) => void) => {
        resolve({ kind: 'succeeded', result: 'the first' });
        resolve({ kind: 'failed', error: 'the second' });
      },
    }),
    status: 'succeeded',
    says: 'the first',
  },
  'answers ten megabytes': {
    does: () => ({ kind: 'succeeded', result: 'x'.repeat(10_000_000) }),
    status: 'succeeded',
    says: 'has 10000002 characters',
  },
  'logs without end': {
    does: (context) => {
      for (let line = 0; line < 100_000; line += 1) context.log(`line ${line}`);
      return { kind: 'succeeded', result: 'at its end' };
    },
    status: 'succeeded',
    says: 'at its end',
  },
};

/** Job types cannot be added to the compiled service, so that it runs in this process. */
scenario({ id: 'R38', title: 'handlers misbehave' }, async (stage) => {
  const database = await stage.openDatabase();
  const handler = new ScriptedJob((context, payload) => WAYS[String(payload)]?.does(context));
  const service = await openServiceWith([handler], database, { LEASE_MS });
  stage.opened(service, ({ close }) => close());

  for (const way of Object.keys(WAYS)) {
    const job = { name: way, type: handler.type, payload: way, timeoutMs: LIMIT_MS };
    await stage.load({ perSecond: BAD_PER_SECOND, seconds: SECONDS, job }, [service.url]);
  }
  await stage.load({ perSecond: PER_SECOND, seconds: SECONDS }, [service.url]);
  await stage.settle();

  const ends = await endsOf(stage);
  const unexpected = ends.filter(({ way, status }) => status !== WAYS[way]?.status);
  await stage.conclude((judgement) => ({
    load: `${BAD_PER_SECOND}/s of each of ${Object.keys(WAYS).length} bad handlers and ${PER_SECOND} other starts/s for ${SECONDS} s`,
    bites: { count: handler.attempts.length, atLeast: ends.length * (SECONDS - 5) },
    bounds: [
      exactly('handlers with a verdict', ends.length, Object.keys(WAYS).length),
      exactly('unexpected verdicts', unexpected.length, 0),
      exactly('verdicts that do not say why', Math.max(...ends.map(({ silent }) => silent)), 0),
      {
        what: 'characters kept of a run',
        value: Math.max(...ends.map(({ characters }) => characters)),
        atMost: KEPT_CHARACTERS,
      },
      {
        what: 'log lines kept of a run',
        value: Math.max(...ends.map(({ lines }) => lines)),
        atMost: KEPT_LINES,
      },
      ...latenessWithin(judgement, { p99: 1_000 }),
    ],
  }));
});

function throwing(what: unknown): () => never {
  return () => {
    throw what;
  };
}

interface Ends {
  way: string;
  status: string;
  /** Runs whose row does not say what it should. */
  silent: number;
  /** The most that a row holds. */
  characters: number;
  lines: number;
}

/** What became of the runs that were started, by handler and verdict. */
async function endsOf({ database }: Stage): Promise<Ends[]> {
  return database.query<Ends>(
    `SELECT way, status, max(length(said)) AS characters,
            count(*) FILTER (WHERE position(says IN said) = 0)::integer AS silent,
            max(coalesce(jsonb_array_length(log), 0)) AS lines
       FROM (SELECT jobs.name AS way, runs.status, runs.log,
                    concat(runs.error, ' ', runs.result) AS said
               FROM runs JOIN jobs ON jobs.id = job_id
              WHERE attempt > 0) AS started
       JOIN unnest($1::text[], $2::text[]) AS known (way, says) USING (way)
      GROUP BY way, status`,
    [Object.keys(WAYS), Object.values(WAYS).map(({ says }) => says)],
  );
}
