import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { CanBeLeftOut } from '../../common/validation.ts';
import { DEFAULT_MISSED, type MissedPolicy } from '../../schedules/missed.ts';

const POLICIES = ['skip', 'once', 'all'] as const;
const MAX_AGE_SECONDS = 366 * 86_400;
const MAX_COUNT = 10_000;

/** What becomes of instants that passed while nobody could run them. */
export class MissedDto implements Partial<MissedPolicy> {
  @ApiProperty({
    required: false,
    enum: POLICIES,
    default: DEFAULT_MISSED.policy,
    description: 'Run none of them, the latest, or all within the limits, one after the other.',
  })
  @CanBeLeftOut()
  @IsIn(POLICIES)
  policy?: MissedPolicy['policy'];

  @ApiProperty({
    required: false,
    minimum: 0,
    maximum: MAX_AGE_SECONDS,
    default: DEFAULT_MISSED.maxAgeSeconds,
    description: 'Instants that are older are skipped.',
  })
  @CanBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(MAX_AGE_SECONDS)
  maxAgeSeconds?: number;

  @ApiProperty({
    required: false,
    minimum: 1,
    maximum: MAX_COUNT,
    default: DEFAULT_MISSED.maxCount,
    description: 'How many are run at most, the newest ones; for `all`.',
  })
  @CanBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MAX_COUNT)
  maxCount?: number;
}
