import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from '../common/errors.ts';
import { KEY_FORM, KEY_MESSAGE } from './dto/key-form.ts';

/** A client's own key in a path. */
@Injectable()
export class KeyPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (KEY_FORM.test(value)) return value;
    throw new InvalidRequestError([{ path: 'key', message: KEY_MESSAGE }]);
  }
}
