import fc from 'fast-check';
import type { CreateJobDto } from '../../../src/jobs/dto/create-job.dto.ts';
import { aDefinition, aPatch, inputOf, isoTime } from './definitions.ts';
import * as rules from './requests.ts';
import { idOf } from './shown.ts';
import type { Job, Run, State } from './state.ts';
import { request, Step } from './steps.ts';
import { START, type System } from './system.ts';

const MOST_JOBS = 2;
/** The limit of an attempt goes by real time: none is to end by it. */
const HOUR_MS = 3_600_000;

/** A request about one job: what the service is asked, and what the rules make of it. */
interface JobRequest {
  name: string;
  real: (system: System, job: Job, now: number) => Promise<unknown>;
  rule: (state: State, id: number) => void;
}

/** What people ask for, what they often do more often. */
export function requestedSteps(): fc.WeightedArbitrary<Step>[] {
  return [
    { weight: 4, arbitrary: aNewJob().map(creation) },
    { weight: 4, arbitrary: aboutJob(aPatch().map(edit)) },
    { weight: 3, arbitrary: aboutJob(fc.tuple(aReason, aPauseLength).map(pause)) },
    { weight: 3, arbitrary: aboutJob(fc.constant(resume)) },
    { weight: 3, arbitrary: aboutJob(fc.constantFrom(null, 100, 101).map(trigger)) },
    { weight: 2, arbitrary: aboutJob(fc.tuple(aTimeAgo, aTimeAgo).map(backfill)) },
    { weight: 1, arbitrary: aboutJob(fc.constant(remove)) },
    { weight: 4, arbitrary: aboutRun('cancel', ({ runs }, id) => runs.cancel(id), rules.cancel) },
    { weight: 4, arbitrary: aboutRun('retry', ({ runs }, id) => runs.retry(id), rules.retry) },
  ];
}

const aReason = fc.constantFrom(null, 'a', 'b');
const aPauseLength = fc.constantFrom(null, 0, 5_000, 20_000);
/** A little of it lies ahead. */
const aTimeAgo = fc.integer({ min: -2, max: 30 }).map((seconds) => seconds * 1_000);

export function aNewJob(): fc.Arbitrary<rules.NewJob> {
  return fc.record({
    definition: aDefinition(),
    key: fc.constantFrom(null, 'a'),
    isFollowed: fc.boolean(),
    isPaused: fc.constantFrom(false, false, false, true),
  });
}

function creation(job: rules.NewJob): Step {
  const name = `create ${JSON.stringify(job)}`;
  const isRoom = ({ jobs }: State) => jobs.length < MOST_JOBS;
  return new Step(name, (state, system) => create(state, system, job), isRoom);
}

export async function create(state: State, system: System, job: rules.NewJob): Promise<void> {
  const { key, isPaused, isFollowed, definition } = job;
  const input = {
    ...{ name: 'a', type: 'scripted', timeoutMs: HOUR_MS, key, isActive: !isPaused },
    ...inputOf(definition, state.now),
    onFinish: isFollowed ? state.jobs.slice(0, 1).map((first) => first.id) : [],
  } as CreateJobDto;
  let id = 0;
  return request(state, system, {
    real: async () => {
      ({ id } = await system.engine.jobs.create(input));
    },
    rule: (draft) => rules.create(draft, id, job),
  });
}

function aboutJob(requests: fc.Arbitrary<JobRequest>): fc.Arbitrary<Step> {
  return fc.tuple(fc.nat(MOST_JOBS - 1), requests).map(([nth, { name, real, rule }]) => {
    const isThere = ({ jobs }: State) => jobs.length > nth;
    const act = (state: State, system: System) => {
      const job = state.jobs[nth] as Job;
      const { id } = job;
      return request(state, system, {
        real: () => real(system, job, state.now),
        rule: (draft) => rule(draft, id),
      });
    };
    return new Step(`job ${nth}: ${name}`, act, isThere);
  });
}

function edit(patch: Parameters<typeof rules.edit>[2]): JobRequest {
  return {
    name: `edit ${JSON.stringify(patch)}`,
    real: ({ engine }, { id, createdAt }) => engine.jobs.update(id, inputOf(patch, createdAt)),
    rule: (state, id) => rules.edit(state, id, patch),
  };
}

function pause([reason, length]: [string | null, number | null]): JobRequest {
  const endOf = (now: number) => (length === null ? null : now + length);
  return {
    name: `pause for ${length} because of ${reason}`,
    real: ({ engine }, { id }, now) => {
      const end = endOf(now);
      return engine.pauses.pause(id, { reason, until: end === null ? null : isoTime(end) });
    },
    rule: (state, id) => rules.pause(state, id, reason, endOf(state.now)),
  };
}

const resume: JobRequest = {
  name: 'resume',
  real: ({ engine }, { id }) => engine.pauses.resume(id),
  rule: rules.resume,
};

const remove: JobRequest = {
  name: 'delete',
  real: ({ engine }, { id }) => engine.jobs.delete(id),
  rule: rules.remove,
};

function trigger(payload: number | null): JobRequest {
  return {
    name: `trigger with ${payload}`,
    real: ({ engine }, { id }) =>
      engine.jobs.trigger(id, payload === null ? undefined : { n: payload }),
    rule: (state, id) => rules.trigger(state, id, payload),
  };
}

function backfill([first, last]: [number, number]): JobRequest {
  return {
    name: `backfill from ${first} to ${last} ago`,
    real: ({ byHand }, { id }, now) =>
      byHand.backfills.backfill(id, { from: isoTime(now - first), to: isoTime(now - last) }),
    rule: (state, id) => rules.backfill(state, id, state.now - first, state.now - last),
  };
}

/** Now and then about one that is not there. */
function aboutRun(
  name: string,
  real: (byHand: System['byHand'], id: string) => Promise<unknown>,
  rule: (state: State, run: Run | undefined) => void,
): fc.Arbitrary<Step> {
  return fc.nat(1_000).map((nth) => {
    const act = (state: State, system: System) => {
      const place = nth % (state.runs.length + 1);
      const nobody = { jobId: state.jobs[0]?.id ?? 1, at: START, ordinal: 0 };
      const id = idOf(state.runs[place] ?? nobody);
      return request(state, system, {
        real: () => real(system.byHand, id),
        rule: (draft) => rule(draft, draft.runs[place]),
      });
    };
    return new Step(`${name} run ${nth}`, act);
  });
}
