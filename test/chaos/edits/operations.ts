import type { Answer as Response, JobJson } from '../../support/api.ts';
import type { Audit, Request } from './audit.ts';
import type { Random } from './random.ts';
import { anySchedule, anyStart, payloadOf, type Subject, type Surroundings } from './subject.ts';

/** What one operation needs to be carried out. */
export interface Scene extends Surroundings {
  audit: Audit;
  random: Random;
  subject: Subject;
  /** All of them, for what concerns several. */
  subjects: readonly Subject[];
  /** Unlike that of any other operation. */
  marker: string;
}

interface Operation {
  weight: number;
  /** Only for a job that was seen in this state last. */
  when?: 'active' | 'paused';
  run: (scene: Scene) => Promise<unknown>;
}

const SOON_MS = 4_000;
const SECOND_MS = 1_000;

const OPERATIONS: readonly Operation[] = [
  { weight: 14, run: (scene) => patch(scene, 'schedule') },
  { weight: 14, run: (scene) => patch(scene, 'payload') },
  { weight: 8, run: (scene) => patch(scene, 'schedule', 'payload') },
  { weight: 4, run: (scene) => patch(scene, 'isActive') },
  { weight: 3, run: (scene) => patch(scene, 'isActive', 'schedule') },
  { weight: 5, when: 'active', run: (scene) => act(scene, 'pause', {}) },
  { weight: 7, run: (scene) => act(scene, 'pause', { until: soon(scene.random) }) },
  { weight: 20, when: 'paused', run: (scene) => act(scene, 'resume') },
  { weight: 10, run: (scene) => act(scene, 'trigger') },
  { weight: 4, run: remake },
  { weight: 7, run: put },
  { weight: 6, run: restore },
  { weight: 5, run: (scene) => except(scene, 'skip') },
  { weight: 4, run: (scene) => except(scene, 'add') },
  { weight: 2, run: (scene) => except(scene, 'move') },
  { weight: 2, run: takeBackException },
  { weight: 3, run: inBulk },
];

/** Carries out some operation. A job that is not there any more is made anew. */
export async function operate(scene: Scene): Promise<void> {
  const { subject, random } = scene;
  const state = subject.job?.isActive === false ? 'paused' : 'active';
  const possible = OPERATIONS.filter(({ when }) => when === undefined || when === state);
  const { id } = subject;
  const response = await random.pickWeighted(possible).run(scene);
  const isGone = (response as Response<unknown> | undefined)?.status === 404;
  if (isGone && subject.id === id) await create(scene);
}

export async function create(scene: Scene): Promise<unknown> {
  const { subject, marker, random } = scene;
  const body = { ...subject.definition(scene, marker), key: subject.key };
  const isActive = random.chance(0.9);
  const request = { operation: 'create', method: 'POST', path: '/jobs' };
  return edit(scene, { ...request, body: { ...body, isActive } });
}

/** Sends something that is answered with the job, and notes how the job looks now. */
async function edit(scene: Scene, request: Request): Promise<Response<JobJson>> {
  const { audit, random, subject } = scene;
  const response = await audit.ask<JobJson>(random, request);
  if (response.status < 300) subject.learn(response.body);
  return response;
}

function patch(scene: Scene, ...fields: ('schedule' | 'payload' | 'isActive')[]): Promise<unknown> {
  const { random, subject, targetUrl, marker } = scene;
  const values = {
    schedule: anySchedule(random),
    payload: payloadOf(targetUrl, marker),
    isActive: !(subject.job?.isActive ?? true),
  };
  const start = fields.includes('schedule') && random.chance(0.1);
  return edit(scene, {
    operation: `patch ${fields.join(' and ')}`,
    method: 'PATCH',
    path: `/jobs/${subject.id}`,
    body: {
      ...Object.fromEntries(fields.map((field) => [field, values[field]])),
      ...(start ? { startAt: anyStart(random) } : {}),
    },
    ifMatch: random.chance(0.1) ? subject.job?.revision : undefined,
    jobIds: [subject.id],
  });
}

async function act(
  scene: Scene,
  action: 'pause' | 'resume' | 'trigger',
  body?: Record<string, unknown>,
): Promise<unknown> {
  const { audit, random, subject } = scene;
  const operation = body && 'until' in body ? `${action} until` : action;
  const path = `/jobs/${subject.id}/${action}`;
  const request = { operation, method: 'POST', path, body, jobIds: [subject.id] };
  return action === 'trigger' ? audit.ask(random, request) : edit(scene, request);
}

/** Deletes the job and makes another one in its place. */
async function remake(scene: Scene): Promise<unknown> {
  const { audit, random, subject } = scene;
  const path = `/jobs/${subject.id}`;
  const request = { operation: 'delete', method: 'DELETE', path, jobIds: [subject.id] };
  const response = await audit.ask<JobJson>(random, request);
  return response.status < 300 ? create(scene) : response;
}

async function put(scene: Scene): Promise<unknown> {
  const { subject, marker } = scene;
  if (subject.key === null) return patch(scene, 'schedule', 'payload');
  return edit(scene, {
    operation: 'put',
    method: 'PUT',
    path: `/jobs/by-key/${subject.key}`,
    body: subject.definition(scene, marker),
    jobIds: [subject.id],
  });
}

async function restore(scene: Scene): Promise<unknown> {
  const { random, subject } = scene;
  const revision = random.integer(1, subject.job?.revision ?? 1);
  const path = `/jobs/${subject.id}/revisions/${revision}/restore`;
  return edit(scene, { operation: 'restore', method: 'POST', path, jobIds: [subject.id] });
}

async function except(scene: Scene, action: 'skip' | 'add' | 'move'): Promise<unknown> {
  const { audit, random, subject } = scene;
  return audit.ask(random, {
    operation: `exception ${action}`,
    method: 'POST',
    path: `/jobs/${subject.id}/exceptions`,
    body: {
      action,
      at: action === 'add' ? soon(random) : nextOccurrence(scene),
      ...(action === 'move' ? { to: soon(random) } : {}),
    },
    jobIds: [subject.id],
  });
}

/** Mostly one that is as near as exceptions may be, so that it has been planned already. */
function nextOccurrence({ random, subject }: Scene): string {
  const ahead =
    subject.job?.upcoming?.filter((at) => Date.parse(at) > Date.now() + SECOND_MS) ?? [];
  const [first = soon(random)] = ahead;
  return random.chance(0.3) && ahead.length > 0 ? random.pick(ahead) : first;
}

/** Of an exception the id is the revision that has brought it; most guesses are wrong. */
async function takeBackException(scene: Scene): Promise<unknown> {
  const { audit, random, subject } = scene;
  const guess = (subject.job?.revision ?? 1) + random.integer(-1, 2);
  return audit
    .ask(random, {
      operation: 'exception delete',
      method: 'DELETE',
      path: `/jobs/${subject.id}/exceptions/${Math.max(1, guess)}`,
      jobIds: [subject.id],
    })
    .then(() => undefined);
}

async function inBulk({ audit, random, subjects }: Scene): Promise<undefined> {
  const action = random.pick(['pause', 'resume', 'trigger', 'delete']);
  const ids = Array.from({ length: random.integer(1, 6) }, () => random.pick(subjects).id);
  const jobIds = [...new Set(ids)];
  const until = action === 'pause' && random.chance(0.5) ? { until: soon(random) } : {};
  await audit.ask(random, {
    operation: `bulk ${action}`,
    method: 'POST',
    path: '/jobs/bulk',
    body: { action, ids: jobIds, ...until },
    jobIds,
  });
}

/** Half of the time a full second, at which much is due. */
function soon(random: Random): string {
  const ms = Date.now() + random.integer(SECOND_MS, SOON_MS);
  const at = random.chance(0.5) ? Math.ceil(ms / SECOND_MS) * SECOND_MS : ms;
  return new Date(at).toISOString();
}
