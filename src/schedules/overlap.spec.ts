import { describe, expect, it } from '@jest/globals';
import { DEFAULT_MISSED } from './missed.ts';
import { type DueRun, judgeStarts, type LivingRuns, type StartPolicies } from './overlap.ts';

const NOW = new Date('2026-11-24T09:00:30Z');
const NOTHING: LivingRuns = {
  running: 0,
  retrying: 0,
  held: 0,
  latestDue: null,
  firstCatchUp: null,
};
const POLICIES: StartPolicies = {
  overlap: 'skip',
  missed: DEFAULT_MISSED,
  isPaused: false,
  startsLeft: Infinity,
};

function occurrence(second: number, overrides: Partial<DueRun> = {}): DueRun {
  return {
    scheduledFor: new Date(`2026-11-24T09:00:${String(second).padStart(2, '0')}Z`),
    isOccurrence: true,
    isRetry: false,
    isHeld: false,
    isCatchUp: false,
    exclusion: null,
    ...overrides,
  };
}

function judge(
  due: DueRun[],
  living: Partial<LivingRuns> = {},
  policies: Partial<StartPolicies> = {},
): string[] {
  const latestDue = due.at(-1)?.scheduledFor ?? null;
  const firstCatchUp = due.find((run) => run.isCatchUp && !run.isRetry)?.scheduledFor ?? null;
  const all = { ...POLICIES, ...policies };
  return judgeStarts(due, { ...NOTHING, latestDue, firstCatchUp, ...living }, all, NOW);
}

describe('which due runs of a job start', () => {
  it('starts one that nothing stands in the way of', () => {
    expect(judge([occurrence(30)])).toEqual(['start']);
  });

  it('skips one while another is running', () => {
    expect(judge([occurrence(30)], { running: 1 })).toEqual(['overlap']);
  });

  it('skips one while another waits for its next attempt', () => {
    expect(judge([occurrence(30)], { retrying: 1 })).toEqual(['overlap']);
  });

  it('starts the next attempt of a run, which does not stand in its own way', () => {
    expect(judge([occurrence(10, { isRetry: true })], { retrying: 1 })).toEqual(['start']);
  });

  it('does not take up a run again while its job is paused', () => {
    const again = occurrence(10, { isRetry: true });
    const byHand = occurrence(10, { isOccurrence: false });

    expect(judge([again], { retrying: 1 }, { isPaused: true })).toEqual(['paused']);
    expect(judge([byHand], {}, { isPaused: true })).toEqual(['start']);
  });

  it('starts one at a time: the others wait for their turn', () => {
    expect(judge([occurrence(28), occurrence(29), occurrence(30)])).toEqual([
      'start',
      'wait',
      'wait',
    ]);
  });

  it('runs the latest of those that were missed', () => {
    expect(judge([occurrence(10), occurrence(11), occurrence(12)])).toEqual([
      'missed',
      'missed',
      'start',
    ]);
  });

  it('passes over what was missed when something newer is due', () => {
    expect(judge([occurrence(10), occurrence(29)])).toEqual(['missed', 'start']);
  });

  it('knows of newer ones that are not in this batch', () => {
    const latestDue = occurrence(29).scheduledFor;

    expect(judge([occurrence(10)], { latestDue })).toEqual(['missed']);
  });

  it('lets what is no more than late have its turn', () => {
    expect(judge([occurrence(25), occurrence(26)])).toEqual(['start', 'wait']);
  });

  it('never counts a start by hand as missed', () => {
    const latestDue = occurrence(30).scheduledFor;

    expect(judge([occurrence(1, { isOccurrence: false })], { latestDue })).toEqual(['start']);
  });

  it('does not start what calendar or exceptions exclude, whatever else there is', () => {
    const due = [
      occurrence(30, { exclusion: 'calendar' }),
      occurrence(30, { exclusion: 'exception' }),
    ];

    expect(judge(due, { running: 1 })).toEqual(['calendar', 'exception']);
  });

  it('starts no more occurrences than are left', () => {
    const due = [occurrence(28), occurrence(29), occurrence(30, { isOccurrence: false })];

    expect(judge(due, {}, { overlap: 'allow', startsLeft: 1 })).toEqual([
      'start',
      'expired',
      'start',
    ]);
  });
});

describe('the overlap policy', () => {
  const byHand = occurrence(30, { isOccurrence: false });
  const catchUp = occurrence(1, { isCatchUp: true });

  it('allow starts whatever is due, beside whatever is active', () => {
    const due = [occurrence(29), occurrence(30), byHand];

    expect(judge(due, { running: 7 }, { overlap: 'allow' })).toEqual(['start', 'start', 'start']);
  });

  it('queue holds one back, and skips the others', () => {
    const due = [occurrence(28), occurrence(29), byHand];

    expect(judge(due, { running: 1 }, { overlap: 'queue' })).toEqual([
      'hold',
      'overlap',
      'overlap',
    ]);
    expect(judge([byHand], { running: 1, held: 1 }, { overlap: 'queue' })).toEqual(['overlap']);
  });

  it('queue starts what it has held back once nothing is active, and holds it until then', () => {
    const held = occurrence(2, { isHeld: true });

    expect(judge([held], { held: 1, latestDue: null }, { overlap: 'queue' })).toEqual(['start']);
    expect(judge([held], { held: 1, running: 1 }, { overlap: 'queue' })).toEqual(['hold']);
  });

  it('replace puts one in the place of what is active', () => {
    const due = [occurrence(29), occurrence(30)];

    expect(judge(due, { running: 1 }, { overlap: 'replace' })).toEqual(['replace', 'wait']);
    expect(judge(due, {}, { overlap: 'replace' })).toEqual(['start', 'wait']);
  });

  it('replace also takes the place of a run whose next attempt is due in the same moment', () => {
    const again = occurrence(30, { isRetry: true });
    const [older, newer] = [occurrence(29), occurrence(30)];

    expect(judge([older, again], { retrying: 1 }, { overlap: 'replace' })).toEqual([
      'replace',
      'wait',
    ]);
    expect(judge([again, newer], { retrying: 1 }, { overlap: 'replace' })).toEqual([
      'start',
      'wait',
    ]);
  });

  it.each(['skip', 'queue', 'replace'] as const)(
    '%s never skips a run that catches up, nor replaces anything by it',
    (overlap) => {
      expect(judge([catchUp, catchUp], { running: 1 }, { overlap })).toEqual(['hold', 'hold']);
    },
  );

  it('allow lets a few runs catch up at a time', () => {
    const due = Array.from({ length: 7 }, () => catchUp);

    expect(
      judge(
        due,
        { running: 1 },
        { overlap: 'allow', missed: { ...DEFAULT_MISSED, policy: 'all' } },
      ),
    ).toEqual(['start', 'start', 'start', 'start', 'hold', 'hold', 'hold']);
  });

  it('starts none of them while the first one is in the hands of another worker', () => {
    const firstCatchUp = new Date(catchUp.scheduledFor.getTime() - 1);

    expect(judge([catchUp, catchUp], { firstCatchUp })).toEqual(['wait', 'wait']);
  });

  it('counts a run once that is between two attempts and goes on', () => {
    const again = occurrence(1, { isRetry: true });
    const due = [again, ...Array.from({ length: 5 }, () => catchUp)];

    expect(judge(due, { retrying: 1 }, { overlap: 'allow' })).toEqual([
      ...Array<string>(5).fill('start'),
      'hold',
    ]);
  });

  it.each(['skip', 'allow', 'queue', 'replace'] as const)(
    '%s leaves the next attempt of a run alone',
    (overlap) => {
      const due = [occurrence(10, { isRetry: true }), occurrence(11, { isRetry: true })];

      expect(judge(due, { retrying: 2, running: 1 }, { overlap })).toEqual(['start', 'start']);
    },
  );
});

describe('the missed policy, for what was planned and not started in time', () => {
  const late = [occurrence(10), occurrence(11), occurrence(12)];

  it('skip runs none of it', () => {
    const missed = { ...DEFAULT_MISSED, policy: 'skip' } as const;

    expect(judge(late, {}, { missed })).toEqual(['missed', 'missed', 'missed']);
    expect(judge([occurrence(25)], {}, { missed })).toEqual(['start']);
  });

  it('all runs it, up to its age', () => {
    const missed = { ...DEFAULT_MISSED, policy: 'all', maxAgeSeconds: 19 } as const;

    expect(judge(late, {}, { missed, overlap: 'allow' })).toEqual(['missed', 'start', 'start']);
  });

  it('says nothing against a run that was held back', () => {
    expect(judge([occurrence(1, { isHeld: true })], { latestDue: NOW })).toEqual(['start']);
  });
});
