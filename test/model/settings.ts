/**
 * What the model tests go by. The seed is fixed, so that a build that fails fails again, and a
 * build that does not has tried the same as the one before. Others are tried by hand:
 *
 *     MODEL_SEED=42 MODEL_SEQUENCES=1000 MODEL_ORDERS=2000 npm run test:model
 *
 * A failure names seed and path; MODEL_PATH, up to its first colon, goes straight to that case.
 */
const { env } = process;

export const SEED = Number(env.MODEL_SEED ?? 4_711);
export const PATH = env.MODEL_PATH;

/** As many as take half a minute. */
const SEQUENCES_IN_SHORT = 200;
const ORDERS_IN_SHORT = 300;

export const SEQUENCES = Number(env.MODEL_SEQUENCES ?? SEQUENCES_IN_SHORT);
export const ORDERS = Number(env.MODEL_ORDERS ?? ORDERS_IN_SHORT);

/** Half as many are drawn on average; of these some fifth has nothing to act on, and is left out. */
export const MOST_STEPS = 128;

/** MODEL_MUTANTS=all looks for those as well that are found after many tries only. */
export const ALL_MUTANTS = env.MODEL_MUTANTS === 'all';

/** Whether enough was tried for every kind of thing to have happened. */
export function isThorough(tries: number): boolean {
  return tries >= SEQUENCES_IN_SHORT && PATH === undefined;
}

/** One line with what was tried; the seed makes the same again. */
export function report(name: string, figures: object): void {
  process.stderr.write(`${JSON.stringify({ name, seed: SEED, ...figures })}\n`);
}
