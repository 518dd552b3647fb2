import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

const DIGITS = /^\d{1,15}$/;

/**
 * A number in a query: plain digits within limits. What else JavaScript would take for a number
 * (`1e2`, `0x10`, blanks) was hardly meant.
 */
export function IsWholeNumber({ min, max }: { min: number; max: number }): PropertyDecorator {
  const isWhole = (value: unknown) => Number.isInteger(value) && between(value as number, min, max);
  return applyDecorators(
    Transform(({ value }: { value: unknown }): unknown =>
      typeof value === 'string' && DIGITS.test(value) ? Number(value) : value,
    ),
    ValidateBy({
      name: 'isWholeNumber',
      validator: {
        validate: isWhole,
        defaultMessage: () => `must be an integer from ${min} to ${max}`,
      },
    }),
  );
}

function between(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
