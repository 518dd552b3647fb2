import { Injectable } from '@nestjs/common';
import { CalendarsRepository } from '../calendars/calendars.repository.ts';
import { Clock } from '../common/clock.ts';
import { parseInstant } from '../common/instant.ts';
import { Places } from '../common/places.ts';
import { refuse } from '../common/validation.ts';
import { Config } from '../config/config.ts';
import { unknownCalendar } from '../jobs/job-conflicts.ts';
import { newDefinition, scheduleViolations } from '../jobs/job-definition.ts';
import type { JobDefinition } from '../jobs/job.ts';
import { newSeed } from '../jobs/seed.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import { SimulationDto } from './dto/simulation.dto.ts';
import type { SimulateDto } from './dto/simulate.dto.ts';
import { MAX_WINDOW_DAYS } from './limits.ts';
import type { Scenario, SimulatedJob } from './scenario.ts';
import { simulationWarnings } from './simulation-warnings.ts';
import { Simulation } from './simulation.ts';

/** Steps taken at a stretch: a millisecond or two, then others have their turn. */
const STRETCH = 500;
/** Simulations under way, each with a ledger in memory. */
const AT_ONCE = 2;
const DAY_MS = 86_400_000;

/** Tells what would become of a job. */
@Injectable()
export class SimulationService {
  private readonly places = new Places(AT_ONCE);

  constructor(
    private readonly calendars: CalendarsRepository,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async simulate(input: SimulateDto): Promise<SimulationDto> {
    const { from, to } = this.windowOf(input);
    const definition = newDefinition({ ...input, name: 'simulated' });
    const job = await this.jobOf(definition, from);
    const scenario: Scenario = {
      job,
      from,
      to,
      outages: (input.outages ?? []).map((outage) => ({
        from: instantOf(outage.from),
        to: instantOf(outage.to),
      })),
      durations: input.durations ?? [],
      outcomes: input.outcomes ?? [],
      planAheadMs: this.config.PLAN_AHEAD_MS,
      leaseMs: this.config.LEASE_MS,
    };
    return this.places.run(async () => {
      const simulation = new Simulation(scenario);
      while (!simulation.advance(STRETCH)) await new Promise(setImmediate);
      return SimulationDto.from(simulation, simulationWarnings(definition));
    });
  }

  private windowOf(input: SimulateDto): { from: Date; to: Date } {
    const from = typeof input.from === 'string' ? instantOf(input.from) : this.clock.now();
    const to = instantOf(input.to);
    const days = (to.getTime() - from.getTime()) / DAY_MS;
    const message =
      days <= 0 ? 'must lie after from' : `must lie at most ${MAX_WINDOW_DAYS} days after from`;
    refuse(days > 0 && days <= MAX_WINDOW_DAYS ? [] : [{ path: 'to', message }]);
    return { from, to };
  }

  /** The job as if it were created at that instant. */
  private async jobOf(definition: JobDefinition, createdAt: Date): Promise<SimulatedJob> {
    const owner = { createdAt, seed: newSeed(definition.key), exceptions: [], runCount: 0 };
    refuse(scheduleViolations(definition, owner, null));
    return { ...definition, ...owner, calendarRules: await this.rulesOf(definition.calendar) };
  }

  private async rulesOf(name: string | null): Promise<string | null> {
    if (name === null) return null;
    const calendar = await this.calendars.find(NAMESPACE, name);
    refuse(calendar ? [] : [unknownCalendar(name)]);
    return JSON.stringify(calendar);
  }
}

function instantOf(text: string): Date {
  return parseInstant(text) as Date;
}
