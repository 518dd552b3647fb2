import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';

const VALUES: Record<string, boolean> = { true: true, false: false };

/** A choice in a query: `true` or `false`, and nothing else that JavaScript would take for one. */
export function IsFlag(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => VALUES[String(value)] ?? value),
    IsBoolean({ message: 'must be true or false' }),
  );
}
