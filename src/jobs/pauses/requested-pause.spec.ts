import { describe, expect, it } from '@jest/globals';
import { requestedPause } from './requested-pause.ts';

const NOW = new Date('2024-02-29T09:00:00Z');

describe('a pause that is asked for', () => {
  it('has what was said, and nothing else', () => {
    expect(requestedPause({}, NOW)).toEqual({ reason: null, until: null });
    expect(requestedPause({ reason: null, until: null }, NOW)).toEqual({
      reason: null,
      until: null,
    });
    expect(requestedPause({ reason: 'why', until: '2024-03-01T01:00:00+01:00' }, NOW)).toEqual({
      reason: 'why',
      until: new Date('2024-03-01T00:00:00Z'),
    });
  });

  it.each(['2024-02-29T09:00:00.001Z', '2034-03-01T09:00:00Z'])('may end at %s', (until) => {
    expect(requestedPause({ until }, NOW).until).toEqual(new Date(until));
  });

  it.each([
    ['2024-02-29T09:00:00Z', 'until: must lie in the future'],
    ['1999-01-01T00:00:00Z', 'until: must lie in the future'],
    ['2034-03-01T09:00:00.001Z', 'until: must lie at most 10 years ahead'],
    ['9999-12-31T23:59:59.999Z', 'until: must lie at most 10 years ahead'],
  ])('must not end at %s', (until, message) => {
    expect(() => requestedPause({ until }, NOW)).toThrow(message);
  });
});
