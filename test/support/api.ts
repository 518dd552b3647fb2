import { expect } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import type { JobDto } from '../../src/jobs/dto/job.dto.ts';
import type { RunDto } from '../../src/runs/dto/run.dto.ts';
import type { Problem } from '../../src/common/problem.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { openService, type TestService } from './service.ts';

/** What is left of a type when it has been through JSON. */
type Json<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

export type JobJson = Json<JobDto>;
export type RunJson = Json<RunDto>;

export interface Answer<T> {
  status: number;
  headers: Headers;
  text: string;
  body: T;
}

/** A client of one service, as thin as a test can read. */
export class Api {
  constructor(readonly url: string) {}

  async get<T = Problem>(path: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.request<T>('GET', path, { headers });
  }

  /** Sends `body` as JSON, or nothing when it is left out. */
  async send<T = JobJson>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.sendText<T>(method, path, JSON.stringify(body), headers);
  }

  /** Sends a body as it is; as JSON unless the headers say otherwise. */
  async sendText<T = Problem>(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer> | undefined,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const type: Record<string, string> =
      body === undefined ? {} : { 'content-type': 'application/json' };
    return this.request<T>(method, path, { body, headers: { ...type, ...headers } });
  }

  /** Registers a job; a daily one unless told otherwise. */
  async createJob(fields: Record<string, unknown> = {}): Promise<JobJson> {
    const body = { name: 'nightly', schedule: '0 3 * * *', ...fields };
    const answer = await this.send('POST', '/jobs', body);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.body;
  }

  /** All pages of a list, from `path` on, by their links. */
  async pages<T>(path: string): Promise<Answer<T[]>[]> {
    const pages: Answer<T[]>[] = [];
    let next: string | undefined = path;
    while (next !== undefined) {
      const page: Answer<T[]> = await this.get<T[]>(next);
      expect(page.status).toBe(200);
      pages.push(page);
      next = nextOf(page);
    }
    return pages;
  }

  private async request<T>(method: string, path: string, init: RequestInit): Promise<Answer<T>> {
    const response = await fetch(this.url + path, { method, ...init });
    const { status, headers } = response;
    const text = await response.text();
    const isJson = /json/.test(headers.get('content-type') ?? '') && text !== '';
    return { status, headers, text, body: (isJson ? JSON.parse(text) : undefined) as T };
  }
}

/** Where the `Link` header of a page leads. */
export function nextOf({ headers }: { headers: Headers }): string | undefined {
  const [, next] = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
  return next;
}

/** A service with a database of its own, and a client of it. */
export interface TestApi {
  readonly api: Api;
  readonly database: TestDatabase;
  readonly service: TestService;
  /** Forgets all jobs and runs. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a service that only plays the role `api` unless told otherwise: nothing fires by itself. */
export async function openApi(overrides: Partial<Config> = {}): Promise<TestApi> {
  const database = await createDatabase();
  const service = await openService(database, { ROLES: ['api'], ...overrides });
  return {
    api: new Api(service.url),
    database,
    service,
    empty: async () => {
      await database.query('TRUNCATE jobs, job_revisions, runs RESTART IDENTITY');
    },
    close: async () => {
      await service.close();
      await database.drop();
    },
  };
}
