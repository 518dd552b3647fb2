import { describe, expect, it } from '@jest/globals';
import type { Judgement } from '../schedules/overlap.ts';
import { dueRunOf, stateAfter } from './due-run.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const LEASE = new Date('2026-11-24T09:00:15Z');

const FRESH = {
  scheduledFor: NOW,
  ordinal: 0,
  attempt: 1,
  trigger: 'schedule',
  reason: null,
} as const;

describe('a due run', () => {
  it('is an occurrence that begins, unless its row says otherwise', () => {
    expect(dueRunOf(FRESH)).toEqual({
      scheduledFor: NOW,
      isOccurrence: true,
      isRetry: false,
      isHeld: false,
      isCatchUp: false,
      exclusion: null,
    });
  });

  it.each([
    [{ ordinal: 1, trigger: 'manual' }, { isOccurrence: false }],
    [{ attempt: 2 }, { isRetry: true }],
    [{ reason: 'waiting' }, { isHeld: true }],
    [{ trigger: 'missed' }, { isCatchUp: true }],
    [{ trigger: 'backfill', ordinal: 1 }, { isCatchUp: true }],
    [{ reason: 'calendar' }, { exclusion: 'calendar' }],
    [{ reason: 'exception' }, { exclusion: 'exception' }],
  ] as const)('with %p is %p', (row, facts) => {
    expect(dueRunOf({ ...FRESH, ...row })).toMatchObject(facts);
  });
});

describe('the state after a judgement', () => {
  it.each<[Judgement, string, string | null, Date | null]>([
    ['start', 'running', null, LEASE],
    ['replace', 'running', null, LEASE],
    ['hold', 'queued', 'waiting', new Date('2026-11-24T10:00:00Z')],
    ['overlap', 'skipped', 'overlap', null],
    ['missed', 'skipped', 'missed', null],
    ['expired', 'skipped', 'expired', null],
    ['calendar', 'skipped', 'calendar', null],
    ['paused', 'cancelled', 'paused', null],
  ])('%s is %s', (judgement, status, reason, wakeAt) => {
    const state = stateAfter(judgement, { now: NOW, leaseUntil: LEASE });

    expect(state).toEqual({ status, reason, wakeAt });
  });
});
