import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { isUnavailable, NoConnectionError } from './unavailable.ts';

function databaseError(code: string): Error {
  return Object.assign(new pg.DatabaseError('no', 1, 'error'), { code });
}

function systemError(code: string, syscall?: string): Error {
  return Object.assign(new Error(''), { code, syscall });
}

/** As Prisma's client throws it. */
function prismaError(cause: object): Error {
  const meta = { driverAdapterError: { cause } };
  return Object.assign(new Error('no'), { name: 'PrismaClientKnownRequestError', meta });
}

describe('what passes by itself', () => {
  it.each([
    ['a connection that was lost', '08006'],
    ['a server without room', '53300'],
    ['a full disk', '53100'],
    ['a server that stops', '57P01'],
    ['a server that has crashed', '57P02'],
    ['a server that starts', '57P03'],
    ['a statement that took too long', '57014'],
    ['a lock that was not to be had', '55P03'],
    ['a transaction that stood still', '25P03'],
    ['a transaction that took too long', '25P04'],
    ['a server that has become a standby', '25006'],
    ['a deadlock', '40P01'],
    ['a conflict', '40001'],
  ])('is %s', (_what, code) => {
    expect(isUnavailable(databaseError(code))).toBe(true);
    expect(isUnavailable(prismaError({ kind: 'postgres', originalCode: code }))).toBe(true);
  });

  it.each([
    systemError('ECONNREFUSED'),
    systemError('ECONNRESET'),
    systemError('EPIPE'),
    systemError('ETIMEDOUT'),
    systemError('ENOTFOUND'),
    systemError('EAI_AGAIN'),
    systemError('EHOSTUNREACH'),
    systemError('ENETUNREACH'),
    systemError('ENOENT', 'connect'),
    Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
    new Error('timeout expired'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Connection terminated'),
    new Error('Connection terminated unexpectedly'),
    new Error('Connection terminated due to connection timeout'),
    new Error('Query read timeout'),
    new Error('Client has encountered a connection error and is not queryable'),
    new NoConnectionError('none'),
    prismaError({ kind: 'DatabaseNotReachable', host: 'db' }),
    prismaError({ kind: 'ConnectionClosed' }),
  ])('is a connection that is not there: %p', (error) => {
    expect(isUnavailable(error)).toBe(true);
  });

  it.each([
    databaseError('23505'),
    databaseError('22003'),
    databaseError('28P01'),
    databaseError('42501'),
    databaseError('42P01'),
    databaseError('57P'),
    new pg.DatabaseError('without a code', 1, 'error'),
    prismaError({ kind: 'postgres', originalCode: '42P01' }),
    prismaError({}),
    Object.assign(new Error('no'), { name: 'PrismaClientValidationError' }),
    systemError('ENOENT', 'open'),
    new Error('The Connection terminated the contract'),
    'ECONNREFUSED',
    null,
    undefined,
  ])('is not what would be the same again: %p', (error) => {
    expect(isUnavailable(error)).toBe(false);
  });
});
