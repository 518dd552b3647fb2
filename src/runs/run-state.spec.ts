import { describe, expect, it } from '@jest/globals';
import { canBecome, isFinal, RUN_STATUSES, sourcesOf } from './run-state.ts';

describe('the states of a run', () => {
  it('never leaves a verdict', () => {
    const verdicts = RUN_STATUSES.filter(isFinal);

    expect(verdicts).toEqual(['succeeded', 'failed', 'skipped', 'cancelled', 'lost']);
    for (const verdict of verdicts) {
      expect(RUN_STATUSES.filter((to) => canBecome(verdict, to))).toEqual([]);
    }
  });

  it('starts only what waits', () => {
    expect(sourcesOf('running')).toEqual(['planned', 'queued']);
  });

  it('lets only a running run end with an effect', () => {
    for (const verdict of ['succeeded', 'failed', 'lost'] as const) {
      expect(sourcesOf(verdict)).toEqual(['running']);
    }
  });

  it('skips only what has not started', () => {
    expect(sourcesOf('skipped')).toEqual(['planned', 'queued']);
  });

  it('reaches every state but the first from another', () => {
    const unreachable = RUN_STATUSES.filter((to) => sourcesOf(to).length === 0);

    expect(unreachable).toEqual(['planned']);
  });
});
