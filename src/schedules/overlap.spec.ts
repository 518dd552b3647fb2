import { describe, expect, it } from '@jest/globals';
import { type DueRun, judgeStarts, type LivingRuns } from './overlap.ts';

const NOW = new Date('2026-11-24T09:00:30Z');
const NOTHING: LivingRuns = { running: 0, retrying: 0, latestDue: null };

function occurrence(second: number, overrides: Partial<DueRun> = {}): DueRun {
  const scheduledFor = new Date(`2026-11-24T09:00:${String(second).padStart(2, '0')}Z`);
  return { scheduledFor, isOccurrence: true, isRetry: false, isPaused: false, ...overrides };
}

function judge(due: DueRun[], living: Partial<LivingRuns> = {}): string[] {
  const latestDue = due.at(-1)?.scheduledFor ?? null;
  return judgeStarts(due, { ...NOTHING, latestDue, ...living }, NOW);
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
    const again = occurrence(10, { isRetry: true, isPaused: true });
    const byHand = occurrence(10, { isOccurrence: false, isPaused: true });

    expect(judge([again], { retrying: 1 })).toEqual(['paused']);
    expect(judge([byHand])).toEqual(['start']);
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
});
