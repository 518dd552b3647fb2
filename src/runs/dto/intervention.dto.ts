import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CanBeLeftOut, IsPlainText } from '../../common/validation.ts';

/** No longer than what runs can be listed by. */
const MAX_REASON = 100;

/** Why a run is cancelled. */
export class CancelRunDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: MAX_REASON, default: 'requested' })
  @CanBeLeftOut()
  @IsPlainText({ min: 1, max: MAX_REASON })
  reason?: string;
}

/** The run that was queued. */
export class RetriedDto {
  @ApiProperty({ example: '42-1764061200000-1' })
  runId: string;
}
