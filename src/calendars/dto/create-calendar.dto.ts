import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { CalendarFieldsDto } from './calendar-fields.dto.ts';

/** A dot or two would be taken for steps in a path, and never arrive. */
export const NAME_FORM = /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,100}$/;
export const NAME_MESSAGE =
  'must be 1 to 100 letters, digits, dots, colons, dashes or underscores, and not just a dot or two';

/** A calendar to create. Only `name` is required. */
export class CreateCalendarDto extends CalendarFieldsDto {
  @ApiProperty({ example: 'bank-holidays', maxLength: 100, pattern: NAME_FORM.source })
  @Matches(NAME_FORM, { message: NAME_MESSAGE })
  name: string;
}
