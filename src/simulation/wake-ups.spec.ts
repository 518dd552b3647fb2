import { describe, expect, it } from '@jest/globals';
import type { Run } from '../runs/run.ts';
import { newRun } from './virtual-run.ts';
import { WakeUps } from './wake-ups.ts';

const minute = (count: number) => new Date(Date.UTC(2026, 10, 24, 9, count));

function runOf(instant: number, wakeAt = instant): Run {
  const row = {
    scheduledFor: minute(instant),
    nominalFor: null,
    trigger: 'schedule',
    reason: null,
    rangeFrom: null,
    rangeCount: null,
  } as const;
  return { ...newRun(row, minute(0)), wakeAt: minute(wakeAt) };
}

describe('wake-ups', () => {
  it('come in order of time, those of one time in order of instant, and only when it is time', () => {
    const runs = [runOf(3), runOf(2, 9), runOf(1, 3), runOf(0, 4)];
    const wakeUps = new WakeUps();
    runs.forEach((run) => wakeUps.add(run));

    expect(wakeUps.earliest).toEqual(minute(3));
    expect(wakeUps.takeUpTo(minute(4))).toEqual([runs[2], runs[0], runs[3]]);
    expect(wakeUps.takeUpTo(minute(8))).toEqual([]);
    expect(wakeUps.earliest).toEqual(minute(9));
  });

  it('count no more once the run is to wake at another time, or never', () => {
    const [later, never] = [runOf(1), runOf(2)];
    const wakeUps = new WakeUps();
    [later, never].forEach((run) => wakeUps.add(run));

    later.wakeAt = minute(5);
    wakeUps.add(later);
    never.wakeAt = null;
    wakeUps.add(never);

    expect(wakeUps.takeUpTo(minute(4))).toEqual([]);
    expect(wakeUps.takeUpTo(minute(5))).toEqual([later]);
    expect(wakeUps.earliest).toBeNull();
  });

  it('come once for a run that was added twice', () => {
    const run = runOf(1);
    const wakeUps = new WakeUps();
    wakeUps.add(run);
    wakeUps.add(run);

    expect(wakeUps.takeUpTo(minute(1))).toEqual([run]);
  });
});
