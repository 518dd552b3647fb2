import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { CanBeLeftOut } from '../../common/validation.ts';
import { PauseDto } from '../pauses/pause.dto.ts';
import type { BulkFailure, BulkResult } from './bulk-outcome.ts';
import { IsIds, IsLabelSelector, MAX_IDS, MAX_LABELS } from './selectors.ts';

const BULK_ACTIONS = ['pause', 'resume', 'delete', 'trigger'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What to do with many jobs: those with one of the ids, or those with all of the labels. */
export class BulkDto extends PauseDto {
  @ApiProperty({ enum: BULK_ACTIONS, description: '`reason` and `until` belong to `pause` only.' })
  @IsIn(BULK_ACTIONS)
  action: BulkAction;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'integer', minimum: 1 },
    minItems: 1,
    maxItems: MAX_IDS,
    uniqueItems: true,
    description: 'Either these or `labels`.',
  })
  @CanBeLeftOut()
  @IsIds()
  ids?: number[];

  @ApiPropertyOptional({
    type: [String],
    minItems: 1,
    maxItems: MAX_LABELS,
    example: ['team=billing'],
    description: 'Each is `name` or `name=value`; all must hold.',
  })
  @CanBeLeftOut()
  @IsLabelSelector()
  labels?: string[];

  @ApiPropertyOptional({ default: false, description: 'Only count the jobs that are meant.' })
  @CanBeLeftOut()
  @IsBoolean({ message: 'must be true or false' })
  dryRun?: boolean;
}

/** The jobs that a request would be about. */
export class BulkTrialDto {
  @ApiProperty({ type: 'integer' })
  matched: number;

  @ApiProperty({ type: [Number], description: 'The first hundred, in order.' })
  ids: number[];
}

/** Why one of many jobs was not changed. */
export class BulkFailureDto implements BulkFailure {
  @ApiProperty({ type: 'integer' })
  id: number;

  @ApiProperty({ example: 'JOB_NOT_FOUND', description: 'As in the problem that one job gives.' })
  code: string;

  @ApiProperty()
  message: string;
}

/** What became of the jobs: `done`, `unchanged` and `failedCount` are all that were asked for. */
export class BulkResultDto implements BulkResult {
  @ApiProperty({ type: 'integer', description: 'Jobs that there were.' })
  matched: number;

  @ApiProperty({ type: 'integer' })
  done: number;

  @ApiProperty({ type: 'integer', description: 'Those that were so already.' })
  unchanged: number;

  @ApiProperty({ type: 'integer' })
  failedCount: number;

  @ApiProperty({ type: [BulkFailureDto], description: 'The first hundred, in order of id.' })
  failed: BulkFailureDto[];
}
