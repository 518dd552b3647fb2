import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from './errors.ts';

const MAX_ID = 2_147_483_647;

/** The id of a job in a path: a positive integer of at most 32 bits. */
@Injectable()
export class IdPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    const id = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : Number.NaN;
    if (id <= MAX_ID) return id;
    throw new InvalidRequestError([
      { path: 'id', message: `must be an integer from 1 to ${MAX_ID}` },
    ]);
  }
}
