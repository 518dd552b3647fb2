import { ApiProperty, OmitType, PickType } from '@nestjs/swagger';
import { AttemptDto, RunDto } from '../../runs/dto/run.dto.ts';
import { RUN_STATUSES, type RunStatus } from '../../runs/run-state.ts';
import type { Run } from '../../runs/run.ts';
import { MAX_ROWS, MAX_STEPS } from '../limits.ts';
import { SIMULATION_WARNING_CODES, type SimulationWarning } from '../simulation-warnings.ts';
import type { Simulation } from '../simulation.ts';
import { type Count, countsOf } from '../summary.ts';

/** One try of a run. */
export class SimulatedAttemptDto extends OmitType(AttemptDto, ['error', 'worker']) {}

/** A row of the ledger, as far as it can be foretold. */
export class SimulatedRunDto extends PickType(RunDto, [
  'scheduledFor',
  'nominalFor',
  'trigger',
  'status',
  'reason',
  'startedAt',
  'finishedAt',
  'latenessMs',
  'durationMs',
  'attempt',
  'rangeFrom',
  'rangeTo',
  'count',
]) {
  @ApiProperty({ type: [SimulatedAttemptDto] })
  attempts: SimulatedAttemptDto[];

  static from(run: Run): SimulatedRunDto {
    const row = RunDto.from(run);
    return {
      scheduledFor: row.scheduledFor,
      nominalFor: row.nominalFor,
      trigger: row.trigger,
      status: row.status,
      reason: row.reason,
      startedAt: row.startedAt,
      finishedAt: row.finishedAt,
      latenessMs: row.latenessMs,
      durationMs: row.durationMs,
      attempt: row.attempt,
      attempts: row.attempts.map(({ error: _error, worker: _worker, ...attempt }) => attempt),
      rangeFrom: row.rangeFrom,
      rangeTo: row.rangeTo,
      count: row.count,
    };
  }
}

/** How many occurrences have come to the same. */
export class CountDto implements Count {
  @ApiProperty({ enum: RUN_STATUSES })
  status: RunStatus;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;

  @ApiProperty({ type: 'integer', description: 'Occurrences; those of a range are counted each.' })
  count: number;
}

/** What a simulation cannot know. */
class SimulationWarningDto implements SimulationWarning {
  @ApiProperty({ enum: SIMULATION_WARNING_CODES })
  code: SimulationWarning['code'];

  @ApiProperty()
  message: string;
}

/** The ledger that would result. */
export class SimulationDto {
  @ApiProperty({ type: [SimulatedRunDto], description: 'Oldest first.' })
  runs: SimulatedRunDto[];

  @ApiProperty({ type: [CountDto], description: 'The most frequent first.' })
  summary: CountDto[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The ledger stands as it does at this instant: `to`, unless it is truncated.',
  })
  until: Date;

  @ApiProperty({
    description: `Whether there is more to come than is told: ${MAX_ROWS} rows, or ${MAX_STEPS} looks at them, are the limit.`,
  })
  truncated: boolean;

  @ApiProperty({ type: [SimulationWarningDto] })
  warnings: SimulationWarning[];

  static from(simulation: Simulation, warnings: SimulationWarning[]): SimulationDto {
    const { runs, until, isTruncated } = simulation;
    return {
      runs: runs.map(SimulatedRunDto.from),
      summary: countsOf(runs),
      until,
      truncated: isTruncated,
      warnings,
    };
  }
}
