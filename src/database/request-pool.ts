import pg from 'pg';
import { NoConnectionError } from '../common/unavailable.ts';

/** Who asks for an answer would rather be told to come back than wait longer for its turn. */
const PATIENCE_MS = 1_000;
/** Callers that wait at the same time. Beyond that the wait would be in vain, and cost memory. */
const MAX_WAITING = 2_000;

type Callback = Parameters<pg.Pool['connect']>[0];

/**
 * A pool for callers who have little time: nobody waits long for a connection, be it that all are
 * in use or that none can be made, and not too many wait at once.
 */
export class RequestPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | void {
    if (callback) return this.connectSoon(callback);
    return new Promise((resolve, reject) => {
      this.connectSoon((error, client) => (client ? resolve(client) : reject(error ?? tooLate())));
    });
  }

  private connectSoon(callback: Callback): void {
    if (this.waitingCount >= MAX_WAITING) return process.nextTick(refuse, callback);

    let hasLeft = false;
    const timer = setTimeout(() => {
      hasLeft = true;
      refuse(callback);
    }, PATIENCE_MS);
    super.connect((error, client, release) => {
      clearTimeout(timer);
      if (!hasLeft) callback(error, client, release);
      else if (client) release();
    });
  }
}

function refuse(callback: Callback): void {
  callback(tooLate(), undefined, () => undefined);
}

function tooLate(): NoConnectionError {
  return new NoConnectionError('No connection to the database became free in time');
}
