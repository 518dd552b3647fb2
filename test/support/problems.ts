import { expect } from '@jest/globals';
import type { Problem } from '../../src/common/problem.ts';
import type { Answer } from './api.ts';
import type { TestDatabase } from './database.ts';

/** What must be in the answer beside the status. */
export interface ExpectedProblem {
  code?: string;
  /** The field that is to blame. */
  path?: string;
  /** A part of what is said about it; of the detail, where no field is to blame. */
  message?: string | RegExp;
}

/** Anything that would tell a stranger how we are built. */
const LEAKS =
  /\bat (?:async )?[\w.<>]+ \(|node_modules|\.ts:\d|\.js:\d|prisma|pg_|SELECT |SQLSTATE/i;

/** Checks that an answer is a problem document as RFC 9457 and our contract have it. */
export function expectProblem(
  answer: Answer<unknown>,
  status: number,
  { code = 'INVALID_REQUEST', path, message = '' }: ExpectedProblem = {},
): void {
  const problem = answer.body as Problem;
  const said = path === undefined ? [{ message: problem.detail }] : problem.errors;

  expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(problem).toMatchObject({ type: 'about:blank', title: expect.any(String), status, code });
  expect(problem.requestId).toMatch(/^[\w.-]{1,100}$/);
  expect(said).toContainEqual(
    expect.objectContaining({
      ...(path === undefined ? {} : { path }),
      message: expect.stringMatching(message instanceof RegExp ? message : escaped(message)),
    }),
  );
  expect(answer.text).not.toMatch(LEAKS);
}

/** All that is stored, to compare before and after a request that must not change anything. */
export async function stored(database: TestDatabase): Promise<unknown> {
  return {
    jobs: await database.query('SELECT * FROM jobs ORDER BY id'),
    runs: await database.query('SELECT * FROM runs ORDER BY job_id, scheduled_for, ordinal'),
  };
}

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}
