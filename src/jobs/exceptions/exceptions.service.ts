import { Injectable } from '@nestjs/common';
import { parseInstant } from '../../common/instant.ts';
import type { Exception } from '../../schedules/exceptions.ts';
import { exceptJob } from '../job-change.ts';
import type { Job } from '../job.ts';
import { JobsService } from '../jobs.service.ts';
import type { CreateExceptionDto } from './dto/exception.dto.ts';
import { removableException, withException } from './exception-rules.ts';

/** An exception, and the job as it is with it, or without it. */
export interface Excepted {
  job: Job;
  exception: Exception;
}

/** Single occurrences of a job that differ from its schedule. */
@Injectable()
export class ExceptionsService {
  constructor(private readonly jobs: JobsService) {}

  async list(jobId: number): Promise<Exception[]> {
    const { exceptions } = await this.jobs.get(jobId);
    return exceptions;
  }

  async add(jobId: number, input: CreateExceptionDto, ifMatch?: string): Promise<Excepted> {
    const { action, at, to, reason = null } = input;
    const wanted = {
      action,
      at: parseInstant(at) as Date,
      to: to === undefined ? null : parseInstant(to),
      reason,
    };
    const job = await this.jobs.apply(jobId, ifMatch, (current, now) =>
      exceptJob(current, withException(current, wanted, now), now),
    );
    return { job, exception: job.exceptions.at(-1) as Exception };
  }

  async remove(jobId: number, exceptionId: number, ifMatch?: string): Promise<Excepted> {
    let removed: Exception | undefined;
    const job = await this.jobs.apply(jobId, ifMatch, (current, now) => {
      removed = removableException(current, exceptionId, now);
      const others = current.exceptions.filter(({ id }) => id !== exceptionId);
      return exceptJob(current, others, now);
    });
    return { job, exception: removed as Exception };
  }
}
