import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsInstant } from '../../common/instant.ts';
import { IsPlainText } from '../../common/validation.ts';

const MAX_REASON_LENGTH = 500;

/** A pause as a whole: what is left out, it does not have. */
export class PauseDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: MAX_REASON_LENGTH,
    example: 'the target is being moved',
  })
  @IsOptional()
  @IsPlainText({ min: 1, max: MAX_REASON_LENGTH })
  reason?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the job goes on by itself: in the future, at most ten years ahead. Without it the pause lasts until somebody ends it.',
  })
  @IsOptional()
  @IsInstant()
  until?: string | null;
}
