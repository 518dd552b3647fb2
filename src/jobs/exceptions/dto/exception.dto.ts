import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsInstant } from '../../../common/instant.ts';
import { CanBeLeftOut, IsPlainText } from '../../../common/validation.ts';
import type { Exception } from '../../../schedules/exceptions.ts';

const ACTIONS = ['skip', 'move', 'add'] as const;
const MAX_REASON = 200;

/** One occurrence that is to differ from the schedule. */
export class CreateExceptionDto {
  @ApiProperty({
    enum: ACTIONS,
    description: 'Leave an occurrence out, have it at another instant, or have one more.',
  })
  @IsIn(ACTIONS)
  action: Exception['action'];

  @ApiProperty({
    format: 'date-time',
    description:
      'The occurrence, as the schedule names it or as it is due (`nominal` or `effective` in `upcoming`); for `add`, the instant to add.',
  })
  @IsInstant()
  at: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Where to move the occurrence; for `move` only. At most ten years ahead.',
  })
  @CanBeLeftOut()
  @IsInstant()
  to?: string;

  @ApiPropertyOptional({ type: String, nullable: true, minLength: 1, maxLength: MAX_REASON })
  @IsOptional()
  @IsPlainText({ min: 1, max: MAX_REASON })
  reason?: string | null;
}

/** An occurrence that differs from the schedule. */
export class ExceptionDto implements Exception {
  @ApiProperty({ type: 'integer', description: 'Counts up within a job, with gaps.' })
  id: number;

  @ApiProperty({ enum: ACTIONS })
  action: Exception['action'];

  @ApiProperty({
    format: 'date-time',
    description: 'The instant that the schedule names; for `add`, the one that was added.',
  })
  at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  to: string | null;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;

  static from({ id, action, at, to, reason }: Exception): ExceptionDto {
    return { id, action, at, to, reason };
  }
}
