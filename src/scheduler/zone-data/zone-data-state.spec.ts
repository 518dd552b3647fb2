import { describe, expect, it } from '@jest/globals';
import { seenByOlder, stateFor, type ZoneDataState } from './zone-data-state.ts';

const at = (time: string) => new Date(`2026-11-24T${time}Z`);

const SETTLED: ZoneDataState = {
  version: '2026f',
  since: at('06:00:00'),
  doneUpTo: null,
  repeatAt: null,
};

describe('the zone data in force, as a scheduler sees them', () => {
  it('are left alone when they are its own', () => {
    const halfDone = { ...SETTLED, doneUpTo: 500, repeatAt: at('06:03:00') };
    const later = { ...SETTLED, repeatAt: at('09:00:01') };

    for (const state of [SETTLED, halfDone, later]) {
      expect(stateFor('2026f', state, at('09:00:00'))).toBe(state);
    }
  });

  it.each([
    ['nobody knows', { ...SETTLED, version: '' }],
    ['they are older', SETTLED],
    ['the older ones are half done', { ...SETTLED, doneUpTo: 500, repeatAt: at('06:03:00') }],
  ])('are its own from now on when %s', (_what, state) => {
    expect(stateFor('2027a', state, at('09:00:00'))).toEqual({
      version: '2027a',
      since: at('09:00:00'),
      doneUpTo: 0,
      repeatAt: at('09:03:00'),
    });
  });

  it('are looked at again when it is time, for what others have passed over', () => {
    const state = { ...SETTLED, since: at('08:57:00'), repeatAt: at('09:00:00') };

    expect(stateFor('2026f', state, at('09:00:00'))).toEqual({
      ...state,
      doneUpTo: 0,
      repeatAt: null,
    });
  });

  it('are not looked back at for more than ten minutes', () => {
    const state = { ...SETTLED, repeatAt: at('09:00:00') };

    expect(stateFor('2026f', state, at('09:00:30')).since).toEqual(at('08:50:30'));
  });

  it('come into force anew when nobody has had them for long', () => {
    const state = { ...SETTLED, repeatAt: at('06:03:00') };

    expect(stateFor('2026f', state, at('09:00:00'))).toMatchObject({
      since: at('09:00:00'),
      doneUpTo: 0,
    });
  });

  it.each([stateFor, seenByOlder])(
    'stay in force when they are newer, and are to be looked at again (%p)',
    (see) => {
      const seen = see('2026e', SETTLED, at('09:00:00'));

      expect(seen).toEqual({ ...SETTLED, repeatAt: at('09:03:00') });
      expect(see('2026e', seen, at('09:01:00'))).toBe(seen);
    },
  );

  it('are no business of a process that does not schedule, and has newer ones', () => {
    expect(seenByOlder('2027a', SETTLED, at('09:00:00'))).toBe(SETTLED);
  });
});
