import { describe, expect, it } from '@jest/globals';
import { START, Story } from '../histories/a-history.ts';
import type { BreachKind } from '../breach-kinds.ts';
import type { Evidence, RunRow } from '../evidence.ts';
import { judge } from '../judge.ts';

/** Nobody is there from second 20 to 60, and everything goes on half a second later. */
const OUTAGE = { from: START + 20_500, to: START + 60_000 };
const BACK = 60.5;
const MISSED = Array.from({ length: 20 }, (_, index) => 22 + index * 2);

type Policy = 'skip' | 'once' | 'all';

/** A job every two seconds that has been through the outage. */
function anOutage(policy: Policy, limits: { maxCount?: number; maxAgeSeconds?: number } = {}) {
  const missed = { policy, maxCount: 100, maxAgeSeconds: 86_400, ...limits };
  const evidence = new Story(1, 0.25, { missed }).evidence(90);
  for (const { definition } of evidence.revisions) definition.type = 'log';
  evidence.deliveries = [];
  evidence.changes = [];
  evidence.runs = evidence.runs.filter(({ scheduled_for }) => !isMissed(scheduled_for));
  return evidence;
}

function isMissed(at: number): boolean {
  return MISSED.some((second) => START + second * 1_000 === at);
}

function base({ runs }: Evidence): RunRow {
  return runs[0] as RunRow;
}

/** Leaves these instants out, in one row. */
function leaveOut(evidence: Evidence, seconds: readonly number[]): void {
  const range = {
    range_from: START + (seconds[0] as number) * 1_000,
    range_count: seconds.length,
    scheduled_for: START + (seconds.at(-1) as number) * 1_000,
  };
  const skipped = { status: 'skipped', reason: 'missed', attempt: 0, revision: null };
  const finished_at = START + BACK * 1_000;
  evidence.runs.push({ ...base(evidence), ...skipped, ...range, started_at: null, finished_at });
}

/** Runs these instants late, one after the other. */
function makeUpFor(evidence: Evidence, seconds: readonly number[], fields: Partial<RunRow> = {}) {
  for (const [index, second] of seconds.entries()) {
    const started_at = START + BACK * 1_000 + index * 100;
    const times = {
      scheduled_for: START + second * 1_000,
      started_at,
      finished_at: started_at + 50,
    };
    evidence.runs.push({ ...base(evidence), trigger: 'missed', ...times, ...fields });
  }
}

function kindsIn(evidence: Evidence): BreachKind[] {
  return Object.keys(judge(evidence, { outages: [OUTAGE] }).kinds) as BreachKind[];
}

type Story_ = [string, Policy, (evidence: Evidence) => void];

describe('what an outage leaves', () => {
  it.each<Story_>([
    ['one range', 'skip', (all) => leaveOut(all, MISSED)],
    [
      'one range, and late runs of what was missed by little',
      'skip',
      (all) => {
        leaveOut(all, MISSED.slice(0, -2));
        makeUpFor(all, MISSED.slice(-2), { trigger: 'schedule' });
      },
    ],
    [
      'one range and the latest',
      'once',
      (all) => {
        leaveOut(all, MISSED.slice(0, -1));
        makeUpFor(all, MISSED.slice(-1));
      },
    ],
    [
      'one range, the latest, which was too late as well, and the one after it',
      'once',
      (all) => {
        leaveOut(all, MISSED.slice(0, -1));
        const skipped = { status: 'skipped', reason: 'missed', attempt: 0, started_at: null };
        makeUpFor(all, MISSED.slice(-1), skipped);
      },
    ],
    ['all of them in order', 'all', (all) => makeUpFor(all, MISSED)],
  ])('is right: %s, for %s', (_words, policy, settle) => {
    const evidence = anOutage(policy);
    settle(evidence);

    expect(judge(evidence, { outages: [OUTAGE] }).words).toEqual([]);
  });

  it('is right: the newest of all, when their number or their age is limited', () => {
    for (const limits of [{ maxCount: 5 }, { maxAgeSeconds: 10 }]) {
      const evidence = anOutage('all', limits);
      leaveOut(evidence, MISSED.slice(0, -5));
      makeUpFor(evidence, MISSED.slice(-5));

      expect(judge(evidence, { outages: [OUTAGE] }).words).toEqual([]);
    }
  });

  it('is not judged for a job that was edited meanwhile, or paused', () => {
    const paused = new Story(1, 0.25).change(10.1, { isActive: false }).change(70.1, {
      isActive: true,
    });
    const edited = new Story(1, 0.25).change(30.1, { every: 4 });

    expect(kindsIn(paused.evidence(90))).toEqual([]);
    expect(kindsIn(edited.evidence(90))).toEqual([]);
  });
});

describe('a breach of the missed policy that is planted', () => {
  it.each<Story_>([
    [
      'two ranges',
      'skip',
      (all) => {
        leaveOut(all, MISSED.slice(0, 5));
        leaveOut(all, MISSED.slice(5));
      },
    ],
    [
      'a run',
      'skip',
      (all) => {
        leaveOut(all, MISSED.slice(0, -1));
        makeUpFor(all, MISSED.slice(-1));
      },
    ],
    ['no run', 'once', (all) => leaveOut(all, MISSED)],
    [
      'two runs',
      'once',
      (all) => {
        leaveOut(all, MISSED.slice(0, -2));
        makeUpFor(all, MISSED.slice(-2));
      },
    ],
    [
      'a run that is not the latest',
      'once',
      (all) => {
        leaveOut(all, MISSED.slice(0, 4));
        makeUpFor(all, MISSED.slice(4, 5));
        leaveOut(all, MISSED.slice(5));
      },
    ],
    [
      'a run that has never started',
      'once',
      (all) => {
        leaveOut(all, MISSED.slice(0, -1));
        const skipped = { status: 'skipped', reason: 'overlap', attempt: 0, started_at: null };
        makeUpFor(all, MISSED.slice(-1), skipped);
      },
    ],
    [
      'a range that no limit asks for',
      'all',
      (all) => {
        leaveOut(all, MISSED.slice(0, 5));
        makeUpFor(all, MISSED.slice(5));
      },
    ],
    [
      'more at a time than may be',
      'all',
      (all) => makeUpFor(all, MISSED, { finished_at: START + 80_000 }),
    ],
  ])('is found: %s, for %s', (_words, policy, settle) => {
    const evidence = anOutage(policy);
    settle(evidence);

    expect(kindsIn(evidence)).toContain('missed policy');
  });

  it('is found: more runs than may be, for all', () => {
    const evidence = anOutage('all', { maxCount: 5 });
    makeUpFor(evidence, MISSED);

    expect(kindsIn(evidence)).toEqual(['missed policy']);
  });

  it('is found: the newest first, for all', () => {
    const evidence = anOutage('all');
    makeUpFor(evidence, MISSED.toReversed());

    expect(kindsIn(evidence)).toEqual(['catch-up out of order']);
  });
});
