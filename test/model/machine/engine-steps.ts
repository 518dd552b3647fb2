import fc from 'fast-check';
import * as rules from './engine-rules.ts';
import { idOf } from './shown.ts';
import { claim as claimDue } from './start-rules.ts';
import { type Attempt, LEASE, type State } from './state.ts';
import { agree, Step } from './steps.ts';
import { type System, WORKERS } from './system.ts';

/** What the service does without being asked: of it, and by the rules. */
interface Move {
  name: string;
  real: (system: System) => Promise<unknown>;
  rule: (state: State) => void;
}

/** What happens by itself, what happens often more often. */
export function engineSteps(): fc.WeightedArbitrary<Step>[] {
  const time = fc.constantFrom(1_000, 2_000, 3_000, 5_000, 8_000, 20_000);
  const worker = fc.nat(WORKERS - 1);
  return [
    { weight: 12, arbitrary: worker.map(claim).map(moving) },
    { weight: 8, arbitrary: aFinish() },
    { weight: 2, arbitrary: worker.map(renew).map(moving) },
    { weight: 2, arbitrary: worker.map(handBack).map(moving) },
    { weight: 3, arbitrary: fc.constant(moving(expire)) },
    { weight: 2, arbitrary: fc.constant(moving(rescue)) },
    { weight: 1, arbitrary: fc.constant(moving(reconcile)) },
    { weight: 12, arbitrary: time.map(tick).map(moving) },
    { weight: 3, arbitrary: time.map(pass).map(moving) },
  ];
}

function moving({ name, real, rule }: Move): Step {
  return new Step(name, async (state, system) => {
    await real(system);
    rule(state);
    await agree(state, system);
  });
}

function claim(worker: number): Move {
  return {
    name: `worker ${worker} claims`,
    real: (system) => system.claim(worker),
    rule: (state) => claimDue(state, worker),
  };
}

function renew(worker: number): Move {
  return {
    name: `worker ${worker} renews`,
    real: async ({ engines }) => engines[worker]?.leases.renew(),
    rule: (state) => rules.renew(state, worker),
  };
}

function handBack(worker: number): Move {
  return {
    name: `worker ${worker} hands back`,
    real: async (system) => {
      await system.engines[worker]?.leases.handBack();
      await system.settle();
    },
    rule: (state) => rules.handBack(state, worker),
  };
}

/** Every lease ends, and somebody sees it. */
const expire: Move = {
  name: 'leases expire',
  real: async ({ clock, engine: { rescuer } }) => {
    clock.advance(LEASE);
    await rescuer.tick();
  },
  rule: (state) => {
    state.now += LEASE;
    rules.rescue(state);
  },
};

const rescue: Move = {
  name: 'rescue',
  real: ({ engine: { rescuer } }) => rescuer.tick(),
  rule: rules.rescue,
};

const reconcile: Move = {
  name: 'reconcile',
  real: ({ engine: { reconciler } }) => reconciler.tick(),
  rule: rules.reconcile,
};

/** Time passes, and the schedulers do what they do all the time. */
function tick(time: number): Move {
  return {
    name: `tick ${time}`,
    real: async ({ clock, engine: { resumer, planner } }) => {
      clock.advance(time);
      await resumer.tick();
      while ((await planner.tick()) > 0);
    },
    rule: (state) => {
      state.now += time;
      rules.endPauses(state);
      rules.plan(state);
    },
  };
}

/** Time passes, and nobody looks. */
function pass(time: number): Move {
  return {
    name: `nobody looks for ${time}`,
    real: async ({ clock }) => clock.advance(time),
    rule: (state) => {
      state.now += time;
    },
  };
}

function aFinish(): fc.Arbitrary<Step> {
  const outcome = fc.constantFrom('succeeded', 'succeeded', 'retry', 'failed');
  return fc.tuple(fc.nat(100), outcome).map(([nth, outcome]) => {
    const isAny = ({ attempts }: State) => attempts.length > 0;
    const act = async (state: State, system: System) => {
      const attempt = state.attempts[nth % state.attempts.length] as Attempt;
      await system.finish(idOf(attempt.run), attempt.number, outcome);
      rules.finish(state, attempt, outcome);
      await agree(state, system);
    };
    return new Step(`attempt ${nth} ends: ${outcome}`, act, isAny);
  });
}
