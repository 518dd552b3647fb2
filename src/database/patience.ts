import type { LoggerService } from '@nestjs/common';
import { isUnavailable } from '../common/unavailable.ts';
import { Waiter } from '../common/waiter.ts';

const RETRY_MS = 1_000;

export interface PatienceOptions {
  logger: LoggerService;
  /** Aborted when nothing is to be waited for any more; its reason is thrown then. */
  stopping: AbortSignal;
  /** Told what is waited for, each time that it is known anew. */
  onWait: (reason: string) => void;
}

/**
 * Does `work` again and again until the database is there for it, once a second. What waiting does
 * not help is thrown at once.
 */
export async function whenAvailable<T>(
  work: () => Promise<T>,
  { logger, stopping, onWait }: PatienceOptions,
): Promise<T> {
  const pause = new Waiter();
  stopping.addEventListener('abort', () => pause.wake(), { once: true });
  for (let isWaiting = false; ; isWaiting = true) {
    stopping.throwIfAborted();
    try {
      const result = await work();
      if (isWaiting) logger.log('The database is there; going on', 'Database');
      return result;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      if (!isWaiting) logger.warn({ message: 'Waiting for the database', err: error }, 'Database');
      onWait(`waiting for the database (${codeOf(error)})`);
    }
    await pause.wait(RETRY_MS);
  }
}

/** Enough for who asks from outside; addresses and names are for the log. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return typeof cause === 'object' && cause !== null ? codeOf(cause) : 'no answer';
}

/** The same, unless the signal comes first: then its reason is thrown, whatever becomes of it. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
