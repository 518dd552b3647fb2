import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReadyDto } from '../../src/health/dto/health.dto.ts';
import { packagedZones } from '../../src/schedules/zones/packaged-zones.ts';
import { useZoneData } from '../../src/schedules/zones/time-zones.ts';
import { Api } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import '../support/quiet.ts';
import { openService, type TestService } from '../support/service.ts';
import { ZoneinfoDirectory } from '../support/zoneinfo.ts';

const NINE = { schedule: '0 9 * * *', timezone: 'America/Vancouver' };
const FROM = '2026-11-15T00:00:00Z';

interface Preview {
  next: string[];
  zoneData: string;
}

let database: TestDatabase;
let service: TestService | undefined;

beforeEach(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  useZoneData(packagedZones);
  await database.drop();
});

async function open(zoneinfo?: string): Promise<Api> {
  service = await openService(database, {
    ROLES: ['api', 'scheduler'],
    ZONEINFO_DIRECTORY: zoneinfo,
  });
  return new Api(service.url);
}

async function firstOf(api: Api, timezone: string): Promise<string | undefined> {
  const body = { ...NINE, timezone, from: FROM, count: 1 };
  const answer = await api.send<Preview>('POST', '/schedules/preview', body);
  return answer.body.next[0];
}

describe('the zone data of a service', () => {
  it.each([
    ['America/Vancouver', '16:00'],
    ['America/Edmonton', '15:00'],
    ['Africa/Casablanca', '09:00'],
  ])('know the law of today in %s', async (timezone, time) => {
    const api = await open();

    expect(await firstOf(api, timezone)).toBe(`2026-11-15T${time}:00.000Z`);
  });

  it('may come from a directory, and show where they are from', async () => {
    const anHourLater = { first: -8 * 3_600, footer: 'PST8' };
    const directory = await ZoneinfoDirectory.create('2099a', { 'America/Vancouver': anHourLater });
    const api = await open(directory.path);

    const preview = await api.send<Preview>('POST', '/schedules/preview', { ...NINE, from: FROM });
    const ready = await api.get<ReadyDto>('/health/ready');

    expect(preview.body).toMatchObject({ zoneData: '2099a' });
    expect(preview.body.next[0]).toBe('2026-11-15T17:00:00.000Z');
    expect(await firstOf(api, 'America/Edmonton')).toBe('2026-11-15T15:00:00.000Z');
    expect(ready.body).toMatchObject({
      zoneData: '2099a',
      zoneDataSource: 'directory',
      zoneDataStored: '2099a',
      zoneDataBehind: false,
    });
    await directory.remove();
  });

  it('may be older than those of others: that can be seen, and is no reason to be unready', async () => {
    await database.query(`UPDATE zone_data SET version = '2099a'`);

    const api = await open();

    const ready = await api.get<ReadyDto>('/health/ready');
    expect([ready.status, ready.body]).toEqual([
      200,
      expect.objectContaining({ zoneDataStored: '2099a', zoneDataBehind: true }),
    ]);
    const { text } = await api.get('/metrics');
    expect(text).toContain('\nscheduler_zone_data_behind 1\n');
  });

  it('keep it from starting when they are to come from where there are none', async () => {
    await expect(open('/nowhere')).rejects.toThrow(
      'The zone data in /nowhere (ZONEINFO_DIRECTORY)',
    );
  });
});

describe('an instant that newer zone data have changed', () => {
  it('is explained, be it withdrawn or newly due', async () => {
    const api = await open();
    const { id } = await api.createJob(NINE);
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await database.query(`UPDATE jobs SET created_at = now() - interval '9 days' WHERE id = $1`, [
      id,
    ]);
    await database.query(`UPDATE job_revisions SET at = at - interval '9 days' WHERE job_id = $1`, [
      id,
    ]);
    await database.query(
      `INSERT INTO runs (job_id, namespace_id, scheduled_for, trigger, status, reason, finished_at)
       VALUES ($1, 1, $2, 'schedule', 'cancelled', 'zone-data', $2)`,
      [id, `${day}T17:00:00Z`],
    );
    const explained = async (time: string) => {
      const path = `/jobs/${id}/explain?at=${day}T${time}Z`;
      const { code, due, text } = (
        await api.get<{ code: string; due: boolean; text: string }>(path)
      ).body;
      return [code, due, /zone data/.test(text)];
    };

    expect(await explained('17:00:00')).toEqual(['CANCELLED', false, true]);
    expect(await explained('16:00:00')).toEqual(['NOT_DUE', false, true]);
  });
});
