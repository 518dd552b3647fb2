import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';
import { CanBeLeftOut } from '../../common/validation.ts';

/** Whether to try a change only. */
export class DryRunQueryDto {
  @ApiPropertyOptional({ type: Boolean, default: false })
  @CanBeLeftOut()
  @Transform(
    ({ value }: { value: unknown }) => ({ true: true, false: false })[String(value)] ?? value,
  )
  @IsBoolean({ message: 'must be true or false' })
  dryRun: boolean = false;
}

/** The next ten instants of a job, before and after a change that was only tried. */
export class DryRunDto {
  @ApiProperty({ type: [String], format: 'date-time' })
  before: Date[];

  @ApiProperty({ type: [String], format: 'date-time' })
  after: Date[];
}
