import { ApiProperty } from '@nestjs/swagger';
import { MAX_RANGE_YEARS } from '../limits.ts';

/** Days from one date to another, both included. */
export class DateRangeDto {
  @ApiProperty({ format: 'date', example: '2027-12-24' })
  from: string;

  @ApiProperty({
    format: 'date',
    example: '2028-01-02',
    description: `At most ${MAX_RANGE_YEARS} years later.`,
  })
  to: string;
}
