import { expect } from '@jest/globals';
import type fc from 'fast-check';
import { linesIn, type RunRow } from './contents.ts';
import { ask } from './requests.ts';
import { attemptLine, linesOf, toldFrom } from './shown.ts';
import type { State } from './state.ts';
import { START, type System } from './system.ts';

const told = toldFrom(START);

/** One command of a sequence. */
export class Step implements fc.AsyncCommand<State, System> {
  /** @param isPossible false: there is nothing to do it to, so that it is left out. */
  constructor(
    private readonly name: string,
    private readonly act: (state: State, system: System) => Promise<void>,
    private readonly isPossible: (state: State) => boolean = () => true,
  ) {}

  check(state: Readonly<State>): boolean {
    return this.isPossible(state);
  }

  async run(state: State, system: System): Promise<void> {
    await this.act(state, system);
  }

  toString(): string {
    return this.name;
  }
}

/** Something that somebody asks for: of the service, and by the rules. */
export async function request(
  state: State,
  system: System,
  { real, rule }: { real: () => Promise<unknown>; rule: (draft: State) => void },
): Promise<void> {
  const before = system.contents;
  const answer = await system.answerTo(real);
  expect(answer).toBe(ask(state, rule));
  await agree(state, system);
  // Not only what the rules know of: not a single column.
  if (answer !== 'done') expect(system.contents).toEqual(before);
}

/** Holds the whole database, and what is under way, against the model. */
export async function agree(state: State, system: System): Promise<void> {
  const before = system.contents;
  const after = await system.read();
  const found = [...linesIn(after, told), ...system.underWay.map(attemptLine).sort()];
  const wanted = linesOf(state, told);
  // Said by the matcher only where there is something to say: it takes its time.
  if (found.join('\n') !== wanted.join('\n')) expect(found).toEqual(wanted);
  expect(brokenRows(before.runs, after.runs)).toEqual([]);
}

/**
 * What no step may ever do to a row: change one that has its verdict, let its fencing number fall,
 * or start it with the number that an attempt before it has.
 */
function brokenRows(before: readonly string[], after: readonly string[]): string[] {
  const same = new Set(after);
  const changed = before.filter((text) => !same.has(text));
  if (changed.length === 0) return [];
  const rows = new Map(after.map((text) => [keyOf(text), text]));
  return changed.flatMap((text) => {
    const now = rows.get(keyOf(text));
    return isBroken(parsed(text), now) ? [`${text} became ${now}`] : [];
  });
}

function isBroken(old: RunRow, text: string | undefined): boolean {
  if (old.wake_at === null) return true;
  if (text === undefined) return old.status !== 'planned';
  const { attempt, fence } = parsed(text);
  return fence < old.fence || (attempt > old.attempt && fence === old.fence);
}

function keyOf(text: string): string {
  const { job_id, scheduled_for, ordinal } = parsed(text);
  return `${job_id} ${scheduled_for} ${ordinal}`;
}

function parsed(text: string): RunRow {
  return JSON.parse(text) as RunRow;
}
