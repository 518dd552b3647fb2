import { FakeTime } from '../faults/fake-time.ts';
import type { Stage } from './stage.ts';

const IS_POSSIBLE = await FakeTime.isPossible();

/** Why a scenario with clocks that are wrong cannot be played; undefined where it can. */
export function needsFakeTime(): string | undefined {
  return IS_POSSIBLE ? undefined : 'needs libfaketime';
}

/** A clock for some processes of a scenario, at first so far ahead of the true one. */
export async function openFakeTime(stage: Stage, offsetMs = 0): Promise<FakeTime> {
  return stage.opened(await FakeTime.open(offsetMs), (time) => time.close());
}
