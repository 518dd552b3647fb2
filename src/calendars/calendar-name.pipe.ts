import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from '../common/errors.ts';
import { NAME_FORM, NAME_MESSAGE } from './dto/create-calendar.dto.ts';

/** The name of a calendar in a path. */
@Injectable()
export class CalendarNamePipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (NAME_FORM.test(value)) return value;
    throw new InvalidRequestError([{ path: 'name', message: NAME_MESSAGE }]);
  }
}
