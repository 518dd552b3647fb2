import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DatabaseRefusedError, refusalOf } from './refusal.ts';

const URL = 'postgresql://anna:geheim@db.example:5432/jobs';

function databaseError(code: string, message: string): Error {
  return Object.assign(new pg.DatabaseError(message, 1, 'error'), { code });
}

describe('a refusal of the database', () => {
  it.each([
    ['28P01', 'password authentication failed for user "anna"', 'does not let the user anna in'],
    ['28000', 'no pg_hba.conf entry for host "10.0.0.1"', 'no pg_hba.conf entry'],
    ['3D000', 'database "jobs" does not exist', 'CREATE DATABASE "jobs"'],
    ['42501', 'permission denied for schema public', 'GRANT CREATE ON SCHEMA public'],
    ['0A000', 'unsupported frontend protocol', 'unsupported frontend protocol. Check DATABASE_URL'],
  ])('says what to do: %s', (code, message, sentence) => {
    const refusal = refusalOf(databaseError(code, message), URL);

    expect(refusal).toBeInstanceOf(DatabaseRefusedError);
    expect(refusal?.message).toContain(sentence);
    expect(refusal?.message).toMatch(/\.$/);
    expect(refusal?.message).not.toContain('geheim');
  });

  it.each([
    new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
    new Error('The server does not support SSL connections'),
  ])('covers what the driver itself finds: %s', (error) => {
    expect(refusalOf(error, URL)?.message).toContain('DATABASE_URL');
  });

  it.each([
    databaseError('57P03', 'the database system is starting up'),
    databaseError('53300', 'sorry, too many clients already'),
    databaseError('25006', 'cannot execute CREATE TABLE in a read-only transaction'),
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    new Error('timeout expired'),
  ])('is not what waiting may change: %s', (error) => {
    expect(refusalOf(error, URL)).toBeUndefined();
  });

  it('stays as it is when it is one already', () => {
    const refusal = new DatabaseRefusedError('Too old');

    expect(refusalOf(refusal, URL)).toBe(refusal);
  });
});
