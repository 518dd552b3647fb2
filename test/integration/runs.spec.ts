import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaService } from '../../src/prisma.service.ts';
import { ListRunsDto } from '../../src/runs/dto/list-runs.dto.ts';
import type { RunKey } from '../../src/runs/run.ts';
import { RunsRepository } from '../../src/runs/runs.repository.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const query = (fields: Partial<ListRunsDto> = {}): ListRunsDto =>
  Object.assign(new ListRunsDto(), fields);

describe('the ledger, as it is read', () => {
  let database: TestDatabase;
  let prisma: PrismaService;
  let runs: RunsRepository;

  beforeAll(async () => {
    database = await createDatabase();
    prisma = new PrismaService(database.pool);
    runs = new RunsRepository(prisma);
    await database.query(`INSERT INTO namespaces (id, name) VALUES (2, 'other')`);
    await database.query(
      `INSERT INTO runs (job_id, scheduled_for, ordinal, namespace_id, status, trigger)
       SELECT 1 + n / 10, timestamptz '2026-01-31 23:00Z' + n % 10 * interval '15 minutes', 0,
              1 + n / 10, 'succeeded', 'schedule'
         FROM generate_series(0, 19) AS n`,
    );
  });
  afterAll(async () => {
    await prisma.$disconnect();
    await database.drop();
  });

  async function walk(namespaceId: number, limit: number): Promise<number[]> {
    const instants: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await runs.list(namespaceId, query({ limit, cursor }));
      instants.push(...page.items.map(({ scheduledFor }) => scheduledFor.getTime()));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return instants;
  }

  it('shows the runs of one namespace only', async () => {
    const theirs: RunKey = {
      jobId: 2,
      scheduledFor: new Date('2026-01-31T23:00:00Z'),
      ordinal: 0,
    };

    expect((await runs.list(1, query())).items.every(({ jobId }) => jobId === 1)).toBe(true);
    expect(await runs.list(1, query({ job: 2 }))).toEqual({ items: [], nextCursor: null });
    expect(await runs.find(1, theirs)).toBeUndefined();
    expect(await runs.find(2, theirs)).toMatchObject(theirs);
  });

  it('is walked across the border of a month', async () => {
    const all = await walk(1, 100);

    expect(all).toHaveLength(10);
    expect(all).toEqual([...all].sort((a, b) => b - a));
    expect(await walk(1, 3)).toEqual(all);
  });

  it('has empty lists where nothing was said or tried', async () => {
    const [run] = (await runs.list(1, query({ limit: 1 }))).items;

    expect(run).toMatchObject({ attempts: [], log: [], result: null, error: null });
  });

  it('knows jobs that were deleted, in their own namespace only', async () => {
    await database.query(
      `INSERT INTO jobs (id, namespace_id, name, schedule, dst, retry, timeout_ms, deleted_at)
       VALUES (77, 1, 'a', '@daily', '{}', '{}', 1000, now())`,
    );

    expect(await runs.knowsJob(1, 77)).toBe(true);
    expect(await runs.knowsJob(2, 77)).toBe(false);
    expect(await runs.knowsJob(1, 78)).toBe(false);
  });
});
