import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn } from 'class-validator';
import { IsInstant } from '../../common/instant.ts';
import { PageQueryDto } from '../../common/page-query.dto.ts';
import { CanBeLeftOut, IsPlainText } from '../../common/validation.ts';
import { IsWholeNumber } from '../../common/whole-number.ts';
import { RUN_STATUSES, type RunStatus } from '../run-state.ts';
import { RUN_TRIGGERS, type RunTrigger } from '../run.ts';

const listed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.split(',') : value;

/** Which runs of one job to list; newest first. */
export class ListJobRunsDto extends PageQueryDto {
  @ApiPropertyOptional({
    enum: RUN_STATUSES,
    isArray: true,
    description: 'One, or several with commas.',
  })
  @CanBeLeftOut()
  @Transform(listed)
  @IsIn(RUN_STATUSES, { each: true })
  status?: RunStatus[];

  @ApiPropertyOptional({
    enum: RUN_TRIGGERS,
    isArray: true,
    description: 'One, or several with commas.',
  })
  @CanBeLeftOut()
  @Transform(listed)
  @IsIn(RUN_TRIGGERS, { each: true })
  trigger?: RunTrigger[];

  @ApiPropertyOptional()
  @CanBeLeftOut()
  @IsPlainText({ min: 1, max: 100 })
  reason?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Due at this instant or later.' })
  @CanBeLeftOut()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Due at this instant or earlier.' })
  @CanBeLeftOut()
  @IsInstant()
  to?: string;
}

/** Which runs to list, of whatever job; newest first. */
export class ListRunsDto extends ListJobRunsDto {
  @ApiPropertyOptional({ type: 'integer', description: 'The id of a job, living or deleted.' })
  @CanBeLeftOut()
  @IsWholeNumber({ min: 1, max: 2_147_483_647 })
  job?: number;
}
