import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsFlag } from '../../common/flag.ts';
import { CanBeLeftOut } from '../../common/validation.ts';
import { IsWholeNumber } from '../../common/whole-number.ts';
import { MAX_IMPORT_YEARS } from '../limits.ts';

const DEFAULT_YEARS = 3;

/** How to import an iCalendar file. */
export class ImportQueryDto {
  @ApiPropertyOptional({
    minimum: 1,
    maximum: MAX_IMPORT_YEARS,
    default: DEFAULT_YEARS,
    description: 'How far ahead events that repeat are followed.',
  })
  @CanBeLeftOut()
  @IsWholeNumber({ min: 1, max: MAX_IMPORT_YEARS })
  years: number = DEFAULT_YEARS;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Whether dates and ranges that the calendar has are forgotten.',
  })
  @CanBeLeftOut()
  @IsFlag()
  replace: boolean = false;
}
