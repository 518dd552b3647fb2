import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { engineSteps } from './machine/engine-steps.ts';
import { aNewJob, create, requestedSteps } from './machine/requested-steps.ts';
import type { State } from './machine/state.ts';
import { START, System } from './machine/system.ts';

const SEQUENCES = Number(process.env.MODEL_SEQUENCES ?? 50);
const SEED = Number(process.env.MODEL_SEED ?? 4_711);
const COMMANDS = Number(process.env.MAXC ?? 50);

const T: Record<string, number> = {}; const N: Record<string, number> = {};
describe('the state machine', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.open();
    const wrap = (o: any, k: string, label: string) => { const f = o[k].bind(o); o[k] = async (...a: any[]) => { const t = performance.now(); try { return await f(...a); } finally { T[label] = (T[label] ?? 0) + performance.now() - t; N[label] = (N[label] ?? 0) + 1; } }; };
    wrap(system, 'begin', 'begin'); wrap(system, 'read', 'read'); wrap(system, 'claim', 'claim'); wrap(system, 'finish', 'finish'); wrap(system, 'answerTo', 'answerTo');
    wrap(system.engine.planner, 'tick', 'plan'); wrap(system.engine.rescuer, 'tick', 'rescue'); wrap(system.engine.resumer, 'tick', 'resume');
  });
  afterAll(() => system.close());

  it('keeps the ledger that the rules foretell', async () => {
    const any = fc.oneof(...requestedSteps(), ...engineSteps());
    const commands = fc.commands([any], { maxCommands: COMMANDS, size: 'max' });
    const t0 = performance.now();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(aNewJob(), commands, async (job, steps) => {
        await system.begin();
        n++;
        const state: State = { now: START, jobs: [], runs: [], attempts: [] };
        await create(state, system, { ...job, isFollowed: false });
        await fc.asyncModelRun(() => ({ model: state, real: system }), steps);
      }),
      { numRuns: SEQUENCES, seed: SEED, endOnFailure: !process.env.SHRINK },
    ).finally(() => process.stderr.write(JSON.stringify(Object.fromEntries(Object.entries(T).map(([k,v])=>[k,[Math.round(v),N[k],+(v/N[k]!).toFixed(2)]])))+JSON.stringify(process.cpuUsage())+`${n} ${(performance.now() - t0) / n} ms\n`));
  }, 600_000);
});
