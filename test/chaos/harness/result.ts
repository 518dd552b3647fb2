import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Judgement } from '../checker/judge.ts';
import { type Bound, holds, inWords } from './bounds.ts';
import { SHAPE } from './fleet.ts';

const RESULTS = fileURLToPath(new URL('../../../.cache/chaos', import.meta.url));

/** How often a fault has shown an effect, and how often it must have to prove anything. */
interface Bites {
  count: number;
  atLeast: number;
}

/** What a scenario claims of itself once everything is known. */
export interface Claims {
  /** In words, as the table of results shows it. */
  load: string;
  /** Left out: each fault that names a process must have taken a run from one in five. */
  bites?: Bites;
  bounds?: readonly Bound[];
}

/** How a scenario has ended: one line of JSON. */
export interface Result extends Pick<Judgement, 'counts' | 'repeats' | 'lateness'> {
  scenario: string;
  title: string;
  shape: string;
  load: string;
  faults: number;
  bites: number;
  bounds: readonly Bound[];
  /** `void`: the fault has not bitten, so that nothing is proven. */
  verdict: 'passed' | 'failed' | 'void';
  why: string[];
}

const BITING_FAULTS = 0.2;

/** @param troubles what has gone wrong beside the ledger, in words. */
export function resultOf(
  { id, title }: { id: string; title: string },
  { load, bites: claimed, bounds = [] }: Claims,
  judgement: Judgement,
  { faults, troubles }: { faults: number; troubles: readonly string[] },
): Result {
  const bites = claimed ?? bitesOf(judgement);
  const broken = bounds.filter((bound) => !holds(bound)).map(inWords);
  const why = [...judgement.words, ...broken, ...troubles];
  const isVoid = bites.count < bites.atLeast;
  const words = `The fault has bitten ${bites.count} times, and should have ${bites.atLeast} times`;
  const { counts, repeats, lateness } = judgement;
  return {
    ...{ scenario: id, title, shape: SHAPE, load, faults, bites: bites.count },
    ...{ counts, repeats, lateness, bounds },
    verdict: why.length > 0 ? 'failed' : isVoid ? 'void' : 'passed',
    why: isVoid ? [...why, words] : why,
  };
}

/** Writes the line where people and scripts find it. */
export async function report(result: Result): Promise<void> {
  const line = JSON.stringify(result);
  process.stderr.write(`${line}\n`);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, `${result.scenario}-${result.shape}.json`), `${line}\n`);
}

function bitesOf({ bites: { faults, bit } }: Judgement): Bites {
  return { count: bit, atLeast: Math.ceil(faults * BITING_FAULTS) };
}
