/* eslint-disable jest/no-export -- defines the tests of the files that play a scenario */
import { afterEach, beforeEach, describe, it } from '@jest/globals';
import { sized } from './size.ts';
import { Stage } from './stage.ts';

export interface ScenarioOptions {
  /** As in the table of docs/reliability.md. */
  id: string;
  title: string;
  /** How long it may take in all, in seconds. */
  limitSeconds?: number;
  /** Why it cannot be played on this machine; undefined when it can. */
  impossible?: () => string | undefined;
}

const LIMIT_SECONDS = sized(120, 600);

/**
 * One scenario of the chaos tests: a stage is made for it, what `play` has started is ended
 * afterwards, whatever happens. It has to come to a conclusion by `stage.conclude`.
 */
export function scenario(options: ScenarioOptions, play: (stage: Stage) => Promise<void>): void {
  const { id, title, impossible, limitSeconds = LIMIT_SECONDS } = options;
  const limitMs = limitSeconds * 1_000;
  const reason = impossible?.();

  describe(id, () => {
    let stage: Stage;

    beforeEach(() => {
      stage = new Stage(options);
    });
    afterEach(() => stage.close(), limitMs);

    const test = reason === undefined ? it : it.skip;
    test(reason === undefined ? title : `${title} (${reason})`, () => play(stage), limitMs);
  });
}
