import { describe, expect, it } from '@jest/globals';
import { CrashPoints } from './crash-points.ts';
import type { FrontendKind, FrontendMessage } from './pg-messages.ts';
import { PgSession } from './pg-session.ts';
import { Lookout } from './trap.ts';

const BEGIN = query('BEGIN');
const COMMIT = query('COMMIT');
const LOOK = statement('planner.lockDue');
const SAVE = statement('planner.save');
const KINDS = ['query', 'bind', 'execute', 'sync'] as const;

describe('points at which an instance may die', () => {
  it('are the messages of what it does, whatever statements that takes', () => {
    const points = new CrashPoints(KINDS);

    play(points, [BEGIN, ...LOOK, query(`SELECT pg_notify('a', '')`), ...SAVE, COMMIT]);

    expect([...points.visited]).toEqual([
      'begin: BEGIN query',
      ...['bind', 'execute', 'sync'].map((kind) => `plan: planner.lockDue ${kind}`),
      `plan: SELECT pg_notify('a', '') query`,
      ...['bind', 'execute', 'sync'].map((kind) => `plan: planner.save ${kind}`),
      'plan: COMMIT after planner.save query',
    ]);
  });

  it('are new once', () => {
    const points = new CrashPoints(KINDS);

    expect(play(points, LOOK)).toBe(3);
    expect(play(points, LOOK)).toBe(0);
  });

  it('do not count for operations that are spared, and are new later', () => {
    const points = new CrashPoints(KINDS);

    expect(play(points, LOOK, ['plan'])).toBe(0);
    expect(play(points, LOOK)).toBe(3);
  });

  it('are none where a look has found nothing, or for what is no part of any operation', () => {
    const points = new CrashPoints(['query']);

    play(points, [BEGIN, ...LOOK, COMMIT, BEGIN, ...statement('other.change'), COMMIT]);

    expect([...points.visited]).toEqual(['begin: BEGIN query']);
  });

  it('tell an end that another attempt follows from a verdict', () => {
    const points = new CrashPoints(['execute']);

    play(points, [
      ...statement('completions.finish', '{succeeded}'),
      ...statement('completions.finish', '{queued}'),
    ]);

    expect([...points.visited]).toEqual([
      'finish: completions.finish execute',
      'retry: completions.finish execute',
    ]);
  });
});

/** Has one session say all that, and answers how many new points there were. */
function play(points: CrashPoints, messages: FrontendMessage[], spared?: string[]): number {
  const session = new PgSession(new Lookout());
  return messages.filter((message) => points.visit(message, session, spared)).length;
}

function query(text: string): FrontendMessage {
  return { kind: 'query', bytes: Buffer.from(text), text };
}

/** A prepared one, which was sent before. */
function statement(name: string, parameters = ''): FrontendMessage[] {
  const about = { statement: name, text: 'SELECT' };
  const of = (kind: FrontendKind, content = ''): FrontendMessage => ({
    ...{ kind, bytes: Buffer.from(content) },
    ...(kind === 'sync' ? {} : about),
  });
  return [of('bind', parameters), of('describe'), of('execute'), of('sync')];
}
