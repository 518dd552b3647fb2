import { Module } from '@nestjs/common';
import { HttpClient } from './http/http-client.ts';
import { JOB_HANDLERS, JobFactory } from './job-factory.ts';
import type { JobHandler } from './job-handler.ts';
import { jobHandlers } from './job-handlers.ts';

/** The job types, for whoever checks payloads and whoever carries out runs. */
@Module({
  providers: [
    HttpClient,
    ...jobHandlers,
    {
      provide: JOB_HANDLERS,
      useFactory: (...handlers: JobHandler[]) => handlers,
      inject: jobHandlers,
    },
    JobFactory,
  ],
  exports: [JobFactory],
})
export class HandlersModule {}
