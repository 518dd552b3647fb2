import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../../common/errors.ts';
import type { JobHandler } from './job-handler.ts';

/** Where the list of handlers is injected. */
export const JOB_HANDLERS = Symbol('JOB_HANDLERS');

/** A job names a type that nothing here carries out; says which there are. */
export class UnknownJobTypeError extends InvalidRequestError {
  constructor(known: readonly string[]) {
    super([{ path: 'type', message: `must be one of ${known.join(', ')}` }]);
  }
}

/** Maps a job type to the one handler that carries it out. */
@Injectable()
export class JobFactory {
  private readonly handlers: ReadonlyMap<string, JobHandler>;

  constructor(@Inject(JOB_HANDLERS) handlers: readonly JobHandler[]) {
    this.handlers = new Map(handlers.map((handler) => [handler.type, handler]));
    // Two handlers for one type would hide each other in silence: stop at boot instead.
    if (this.handlers.size !== handlers.length) {
      throw new Error(`Two job handlers share a type: ${handlers.map(({ type }) => type).join()}`);
    }
  }

  get types(): string[] {
    return [...this.handlers.keys()];
  }

  for(type: string): JobHandler {
    const handler = this.handlers.get(type);
    if (!handler) throw new UnknownJobTypeError(this.types);
    return handler;
  }
}
