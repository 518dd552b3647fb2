import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../common/clock.ts';
import { InvalidRequestError } from '../common/errors.ts';
import type { PreviewDto } from './dto/preview.dto.ts';
import { PreviewService } from './preview.service.ts';

const service = new PreviewService(new FakeClock('2026-11-24T09:00:30Z'));

function nextOf(input: PreviewDto): string[] {
  return service.preview(input).next.map((instant) => instant.toISOString());
}

describe('a preview', () => {
  it('begins now', () => {
    expect(nextOf({ schedule: '* * * * *', count: 2 })).toEqual([
      '2026-11-24T09:01:00.000Z',
      '2026-11-24T09:02:00.000Z',
    ]);
  });

  it('counts an interval from now, as a job would from its creation', () => {
    expect(nextOf({ schedule: '@every 1h', count: 1 })).toEqual(['2026-11-24T10:00:30.000Z']);
  });

  it('begins where it is told to, that instant excluded', () => {
    expect(nextOf({ schedule: '@daily', from: '2027-01-01T00:00:00Z', count: 1 })).toEqual([
      '2027-01-02T00:00:00.000Z',
    ]);
  });

  it.each([
    [{ schedule: '* * 32 * *' }, 'schedule'],
    [{ schedule: '@daily', timezone: 'Nowhere' }, 'timezone'],
  ])('says what is wrong with %j', (input, path) => {
    expect(() => service.preview(input)).toThrow(InvalidRequestError);
    expect(() => service.preview(input)).toThrow(new RegExp(`^${path}: `));
  });
});
