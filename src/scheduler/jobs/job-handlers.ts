import type { Type } from '@nestjs/common';
import { HttpJob } from './http.job.ts';
import type { JobHandler } from './job-handler.ts';
import { LogJob } from './log.job.ts';

/** Every job type there is: a new one is a file beside this one, and a line here. */
export const jobHandlers: Type<JobHandler>[] = [LogJob, HttpJob];
