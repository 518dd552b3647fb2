import type { Engine } from './engine.ts';

/** Ends what a test has left running, which would outlive its database otherwise. */
export async function abandonAttempts(...engines: Engine[]): Promise<void> {
  for (const { inFlight } of engines) {
    for (const attempt of inFlight.underWay) attempt.abort('stopping');
    await inFlight.settle(5_000);
  }
}

/** Starts what is due and waits until its ends are stored. */
export async function runStarted({ worker, inFlight }: Engine): Promise<void> {
  await worker.tick();
  await inFlight.settle(10_000);
}
