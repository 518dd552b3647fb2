import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { MAX_ID } from '../../common/id.pipe.ts';
import { CanBeLeftOut } from '../../common/validation.ts';
import { KEY_FORM } from './key-form.ts';

const MAX_JOBS = 10;
const MESSAGE = `must be a list of at most ${MAX_JOBS} different jobs, each by its id or its key`;

/** A list of jobs that are started by another one: by id (an integer) or by key (text). */
export function FollowingJobs(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: 'array',
      maxItems: MAX_JOBS,
      uniqueItems: true,
      default: [],
      items: {
        oneOf: [
          { type: 'integer', minimum: 1, maximum: MAX_ID },
          { type: 'string', pattern: KEY_FORM.source },
        ],
      },
      example: [7, 'send-report'],
      description: `${description}: ids, or keys, which are kept as ids. In a request the list is replaced as a whole.`,
    }),
    CanBeLeftOut(),
    ValidateBy({
      name: 'followingJobs',
      validator: { validate: isListOfJobs, defaultMessage: () => MESSAGE },
    }),
  );
}

function isListOfJobs(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > MAX_JOBS) return false;
  return value.every(isReference) && new Set(value).size === value.length;
}

function isReference(value: unknown): boolean {
  if (typeof value === 'string') return KEY_FORM.test(value);
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_ID;
}
