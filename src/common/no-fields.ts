import { applyDecorators, Injectable, type PipeTransform } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { pathTo } from './storable.ts';
import { isRecord, refuse } from './validation.ts';

/** The body of a route that takes none: nothing, or an object without fields. */
@Injectable()
export class NoFieldsPipe implements PipeTransform<unknown, void> {
  transform(value: unknown): void {
    if (value === undefined) return;
    refuse(isRecord(value) ? [] : [{ path: 'body', message: 'must be an object' }]);
    const names = Object.keys(value as object);
    refuse(names.map((name) => ({ path: pathTo('', name), message: 'is not a known field' })));
  }
}

/** Says so in the OpenAPI document. */
export function ApiNoFields(): MethodDecorator {
  const schema = { type: 'object', additionalProperties: false } as const;
  return applyDecorators(ApiBody({ required: false, schema }));
}
