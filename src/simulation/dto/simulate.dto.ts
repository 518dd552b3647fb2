import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsInstant } from '../../common/instant.ts';
import { CanBeLeftOut } from '../../common/validation.ts';
import { CreateJobDto } from '../../jobs/dto/create-job.dto.ts';
import { MAX_LENGTH_MS, MAX_LIST, MAX_OUTAGES, MAX_WINDOW_DAYS, OUTCOMES } from '../limits.ts';
import type { AttemptKind } from '../scenario.ts';
import { IsAttemptKinds, IsLengths, IsOutages } from './simulate-lists.ts';

const INSTANT = { type: String, format: 'date-time' } as const;

/** A time during which nothing is planned, started or ended. */
class OutageDto {
  @ApiProperty({ ...INSTANT, description: 'From this instant on.' })
  from: string;

  @ApiProperty({ ...INSTANT, description: 'Up to this instant, at which all goes on.' })
  to: string;
}

/** What of a definition the ledger depends on. */
export class SimulatedDefinition extends PickType(CreateJobDto, [
  'key',
  'schedule',
  'timezone',
  'dst',
  'startAt',
  'endAt',
  'maxRuns',
  'spreadSeconds',
  'calendar',
  'missed',
  'overlap',
  'retry',
  'timeoutMs',
]) {}

/** A job that there may never be, and what happens to it. */
export class SimulateDto extends SimulatedDefinition {
  @ApiPropertyOptional({
    ...INSTANT,
    nullable: true,
    description: 'The instant at which the job would be created; now, when left out.',
  })
  @IsOptional()
  @IsInstant()
  from?: string | null;

  @ApiProperty({ ...INSTANT, description: `At most ${MAX_WINDOW_DAYS} days later.` })
  @IsInstant()
  to: string;

  @ApiPropertyOptional({
    type: [OutageDto],
    maxItems: MAX_OUTAGES,
    default: [],
    description: 'When there is no engine at all. What is under way then is lost.',
  })
  @CanBeLeftOut()
  @IsOutages()
  outages?: { from: string; to: string }[];

  @ApiPropertyOptional({
    type: [Number],
    minItems: 1,
    maxItems: MAX_LIST,
    default: [1_000],
    description: `How long each attempt of the first run, of the second and so on lasts, from 1 to ${MAX_LENGTH_MS} ms. After the last it begins anew.`,
  })
  @CanBeLeftOut()
  @IsLengths()
  durations?: number[];

  @ApiPropertyOptional({
    enum: OUTCOMES,
    isArray: true,
    minItems: 1,
    maxItems: MAX_LIST,
    default: ['succeeded'],
    description:
      'How the first attempt of all, the second and so on ends. After the last it begins anew. An attempt that lasts longer than `timeoutMs` ends by that.',
  })
  @CanBeLeftOut()
  @IsAttemptKinds()
  outcomes?: AttemptKind[];
}
