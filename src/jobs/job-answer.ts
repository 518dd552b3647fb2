import type { FastifyReply } from 'fastify';
import { entityTag } from '../common/entity-tag.ts';
import { JobDto } from './dto/job.dto.ts';
import type { Job } from './job.ts';

/** The answer that shows one job, with its revision in the `ETag`. */
export function jobAnswer(reply: FastifyReply, job: Job, now: Date): JobDto {
  void reply.header('etag', entityTag(job));
  return JobDto.from(job, now);
}
