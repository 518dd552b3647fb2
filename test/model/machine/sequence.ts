import fc from 'fast-check';
import { engineSteps } from './engine-steps.ts';
import { aNewJob, create, requestedSteps } from './requested-steps.ts';
import type { NewJob } from './requests.ts';
import type { State } from './state.ts';
import { START, type System } from './system.ts';

/** A job, and what happens to it and to others from then on. */
export interface Sequence {
  first: NewJob;
  steps: Iterable<fc.AsyncCommand<State, System>>;
}

/** @param most steps; half as many on average. */
export function aSequence(most: number): fc.Arbitrary<Sequence> {
  const step = fc.oneof(...requestedSteps(), ...engineSteps());
  return fc.record({
    first: aNewJob().map((job) => ({ ...job, isFollowed: false })),
    steps: fc.commands([step], { maxCommands: most, size: 'max' }),
  });
}

/** Takes the steps, and holds the service against the model after each of them. */
export async function perform(system: System, { first, steps }: Sequence): Promise<void> {
  const state: State = { now: START, jobs: [], runs: [], attempts: [] };
  await system.begin();
  await create(state, system, first);
  await fc.asyncModelRun(() => ({ model: state, real: system }), steps);
}
