import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CanBeLeftOut, IsJsonValue } from '../../common/validation.ts';

/** A start by hand. */
export class TriggerDto {
  @ApiPropertyOptional({
    type: Object,
    description: "For this run only, instead of the job's own.",
  })
  @CanBeLeftOut()
  @IsJsonValue()
  payload?: unknown;
}

/** The run that was queued. */
export class TriggeredDto {
  @ApiProperty({ example: '42-1764061200000-1' })
  runId: string;
}
