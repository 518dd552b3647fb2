import { Injectable } from '@nestjs/common';
import { parseInstant } from '../common/instant.ts';
import { decodeCursor, encodeCursor, foreignCursor, type Page } from '../common/pages.ts';
import { Prisma, type Run as RunRow } from '../generated/prisma/client.ts';
import { PrismaService } from '../prisma.service.ts';
import type { ListRunsDto } from './dto/list-runs.dto.ts';
import { parseRunId, runId } from './run-id.ts';
import type { Attempt, Run, RunCause, RunKey } from './run.ts';

const SORT = '-scheduledFor';

/** The ledger, read-only. */
@Injectable()
export class RunsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async find(namespaceId: number, key: RunKey): Promise<Run | undefined> {
    const row = await this.prisma.run.findUnique({
      where: { jobId_scheduledFor_ordinal: key, namespaceId },
    });
    return row ? runOf(row) : undefined;
  }

  /** Whether there is, or ever was, such a job. */
  async knowsJob(namespaceId: number, jobId: number): Promise<boolean> {
    const found = await this.prisma.job.findFirst({
      where: { id: jobId, namespaceId },
      select: { id: true },
    });
    return found !== null;
  }

  /** A page of runs, newest instant first, by keyset. */
  async list(namespaceId: number, query: ListRunsDto): Promise<Page<Run>> {
    const rows = await this.prisma.run.findMany({
      where: {
        namespaceId,
        jobId: query.job,
        status: query.status && { in: query.status },
        trigger: query.trigger && { in: query.trigger },
        reason: query.reason,
        scheduledFor: { gte: instantOf(query.from), lte: instantOf(query.to) },
        ...(query.cursor === undefined ? {} : beyond(query.cursor)),
      },
      orderBy: [{ scheduledFor: 'desc' }, { jobId: 'desc' }, { ordinal: 'desc' }],
      take: query.limit + 1,
    });
    const items = rows.slice(0, query.limit).map(runOf);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > query.limit && last ? cursorAfter(last) : null };
  }
}

/** Prisma reads fewer forms of an instant than we do. */
function instantOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : (parseInstant(text) ?? undefined);
}

function cursorAfter(run: RunKey): string {
  return encodeCursor(SORT, [runId(run)]);
}

function beyond(cursor: string): Prisma.RunWhereInput {
  const [id = ''] = decodeCursor(cursor, SORT, 1);
  const key = parseRunId(id);
  if (!key) throw foreignCursor();

  const { scheduledFor, jobId, ordinal } = key;
  return {
    AND: [
      // Implied by the alternatives below; alone it is what the index and the partitions understand.
      { scheduledFor: { lte: scheduledFor } },
      {
        OR: [
          { scheduledFor: { lt: scheduledFor } },
          { scheduledFor, jobId: { lt: jobId } },
          { scheduledFor, jobId, ordinal: { lt: ordinal } },
        ],
      },
    ],
  };
}

function runOf({ attempts, log, cause, ...row }: RunRow): Run {
  return {
    ...row,
    attempts: (attempts ?? []) as unknown as Attempt[],
    log: (log ?? []) as string[],
    cause: cause as unknown as RunCause | null,
  };
}
