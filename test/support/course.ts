import { newDefinition } from '../../src/jobs/job-definition.ts';
import { newSeed } from '../../src/jobs/seed.ts';
import { RunDto } from '../../src/runs/dto/run.dto.ts';
import type { SimulatedDefinition } from '../../src/simulation/dto/simulate.dto.ts';
import type { Outage } from '../../src/simulation/outages.ts';
import type { AttemptKind } from '../../src/simulation/scenario.ts';
import { Simulation } from '../../src/simulation/simulation.ts';

/** The settings that engines have here. */
export const LEASE_MS = 15_000;
export const PLAN_AHEAD_MS = 2_000;

/** A job, and what its attempts do: as in a scenario. */
export interface Case {
  name: string;
  job: SimulatedDefinition;
  durations: number[];
  outcomes: AttemptKind[];
}

/** The time that jobs live through. */
export interface Course {
  from: Date;
  to: Date;
  outages: Outage[];
}

/** The ledger of a case as it is foretold. */
export function simulated({ job, durations, outcomes }: Case, course: Course): RunDto[] {
  const definition = newDefinition({ name: 'a', ...job });
  const simulation = new Simulation({
    job: {
      ...definition,
      createdAt: course.from,
      seed: newSeed(definition.key),
      exceptions: [],
      calendarRules: null,
    },
    durations,
    outcomes,
    ...course,
    leaseMs: LEASE_MS,
    planAheadMs: PLAN_AHEAD_MS,
  });
  while (!simulation.advance(1_000));
  return simulation.runs.map(RunDto.from);
}
