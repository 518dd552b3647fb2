import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { CanBeLeftOut } from '../../common/validation.ts';
import { DEFAULT_RETRY, type RetryPolicy } from '../retry-policy.ts';

const DAY_MS = 86_400_000;

/** When and how often a failed attempt is tried again. */
export class RetryDto implements Partial<RetryPolicy> {
  @ApiProperty({ required: false, minimum: 1, maximum: 100, default: DEFAULT_RETRY.maxAttempts })
  @CanBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(100)
  maxAttempts?: number;

  @ApiProperty({
    required: false,
    enum: ['fixed', 'exponential'],
    default: DEFAULT_RETRY.backoff,
  })
  @CanBeLeftOut()
  @IsIn(['fixed', 'exponential'])
  backoff?: RetryPolicy['backoff'];

  @ApiProperty({
    required: false,
    minimum: 0,
    maximum: DAY_MS,
    default: DEFAULT_RETRY.initialDelayMs,
  })
  @CanBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(DAY_MS)
  initialDelayMs?: number;

  @ApiProperty({ required: false, minimum: 0, maximum: DAY_MS, default: DEFAULT_RETRY.maxDelayMs })
  @CanBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(DAY_MS)
  maxDelayMs?: number;

  @ApiProperty({
    required: false,
    minimum: 0,
    maximum: 1,
    default: DEFAULT_RETRY.jitter,
    description: 'Share of the delay that is left to chance.',
  })
  @CanBeLeftOut()
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0)
  @Max(1)
  jitter?: number;

  @ApiProperty({
    required: false,
    enum: ['retry', 'fail'],
    default: DEFAULT_RETRY.onLost,
    description:
      'After a lost worker: one more attempt (the effect may happen twice), or none (it may not happen at all).',
  })
  @CanBeLeftOut()
  @IsIn(['retry', 'fail'])
  onLost?: RetryPolicy['onLost'];
}
