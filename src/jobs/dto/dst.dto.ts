import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { CanBeLeftOut } from '../../common/validation.ts';
import { DEFAULT_DST, type DstPolicy } from '../../schedules/dst-policy.ts';

/** What happens to local times that a clock change skips or repeats. */
export class DstDto implements Partial<DstPolicy> {
  @ApiProperty({
    enum: ['shift', 'skip'],
    required: false,
    default: DEFAULT_DST.gap,
    description: 'A time that does not exist: moved forward by the length of the gap, or left out.',
  })
  @CanBeLeftOut()
  @IsIn(['shift', 'skip'])
  gap?: DstPolicy['gap'];

  @ApiProperty({
    enum: ['first', 'second', 'both'],
    required: false,
    default: DEFAULT_DST.overlap,
    description: 'A time that comes twice: which of the two counts.',
  })
  @CanBeLeftOut()
  @IsIn(['first', 'second', 'both'])
  overlap?: DstPolicy['overlap'];
}
