import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from './errors.ts';

/** The highest id that there can be. */
export const MAX_ID = 2_147_483_647;

/** An id in a path, of a job or of something in it: a positive integer of at most 32 bits. */
@Injectable()
export class IdPipe implements PipeTransform<string, number> {
  transform(value: string, { data = 'id' }: Partial<ArgumentMetadata> = {}): number {
    const id = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : Number.NaN;
    if (id <= MAX_ID) return id;
    throw new InvalidRequestError([
      { path: data, message: `must be an integer from 1 to ${MAX_ID}` },
    ]);
  }
}
