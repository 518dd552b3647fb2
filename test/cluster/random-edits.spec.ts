import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Evidence, Tolerances } from '../chaos/checker/evidence.ts';
import { judge } from '../chaos/checker/judge.ts';
import { Audit } from '../chaos/edits/audit.ts';
import { EditStorm } from '../chaos/edits/edit-storm.ts';
import { Random } from '../chaos/edits/random.ts';
import { Receiver } from '../chaos/edits/receiver.ts';
import { installObserver } from '../chaos/evidence/observer.ts';
import { openRows } from '../chaos/evidence/open-rows.ts';
import { readEvidence } from '../chaos/evidence/read-evidence.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { Instance } from '../support/instance.ts';

const OPERATIONS = Number(process.env.CLUSTER_OPERATIONS ?? 2_000);
const SEED = Number(process.env.CLUSTER_SEED ?? 4_711);
const LIMIT_MS = OPERATIONS * 40 + 120_000;

/** Longer than two periods of any job, so that the end shows schedules that are alive. */
const QUIET_MS = 11_000;
const TOLERANCES: Tolerances = { clockMs: 2, lagMs: 50, startMs: 250, deliveryMs: 1_000 };

describe('random edits of running schedules', () => {
  let database: TestDatabase;
  let instances: Instance[];
  let receiver: Receiver;

  beforeEach(async () => {
    database = await createDatabase();
    await installObserver(database);
    receiver = await Receiver.open(new Random(SEED));
    instances = await Promise.all([Instance.start(database.url), Instance.start(database.url)]);
  });
  afterEach(async () => {
    await Promise.all(instances.map((instance) => instance.end('SIGTERM')));
    await receiver.close();
    await database.drop();
  });

  it(
    'lose no instant, double none, and start nothing from what was edited away',
    async () => {
      const audit = new Audit(() => instances.map(({ url }) => url));
      const targetUrl = receiver.url;

      await new EditStorm({ audit, targetUrl, seed: SEED, operations: OPERATIONS }).rage();
      const evidence = await settled(audit);

      const { breaches, counts, kinds, totals, repeats } = judge(evidence, {
        tolerances: TOLERANCES,
      });
      report({
        ...totals,
        operations: audit.tally,
        verdicts: verdictsIn(evidence),
        repeats,
        counts,
        breaches: kinds,
      });
      expect(breaches).toEqual([]);
      expect(instances.flatMap(({ errors }) => errors)).toEqual([]);
    },
    LIMIT_MS,
  );

  /** All that there is to know, once everything that was due by now has its verdict. */
  async function settled(audit: Audit): Promise<Evidence> {
    const settledUntil = Date.now() + QUIET_MS;
    await eventually(() => Date.now() > settledUntil, { timeoutMs: 2 * QUIET_MS });
    // What stays open is for the checker to tell.
    await eventually(async () => (await openRows(database, settledUntil)) === 0).catch(() => 0);
    const { answers } = audit;
    const { deliveries } = receiver;
    return readEvidence(database, { answers, deliveries, settledUntil });
  }

  /** One line with what was done and found; the seed makes the same operations again. */
  function report(figures: object): void {
    process.stderr.write(`${JSON.stringify({ name: 'random edits', seed: SEED, ...figures })}\n`);
  }
});

/** How many rows have each verdict. */
function verdictsIn({ runs }: Evidence): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, reason, trigger } of runs) {
    const verdict = [trigger, status, reason].filter((word) => word !== null).join(' ');
    counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return counts;
}
