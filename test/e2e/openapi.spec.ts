import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../../src/app.module.ts';
import { httpAdapter, setUp } from '../../src/app.setup.ts';
import { type JobJson, openApi, type TestApi } from '../support/api.ts';
import { testConfig } from '../support/service.ts';

interface Operation {
  operationId: string;
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; schema?: unknown }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
}

/** What serves people and Prometheus instead of clients. */
const UNDOCUMENTED = /^\/(api|metrics)/;

let test: TestApi;
let document: OpenAPIObject;
let operations: [route: string, operation: Operation][];

beforeAll(async () => {
  test = await openApi();
  ({ body: document } = await test.api.get<OpenAPIObject>('/api-json'));
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(
      ([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation],
    ),
  );
});
afterAll(() => test.close());

/** Every route that the server really has. */
async function routesOfServer(): Promise<string[]> {
  const routes: string[] = [];
  const adapter = httpAdapter();
  adapter.getInstance().addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push(`${each} ${url.replace(/:(\w+)/g, '{$1}')}`);
  });
  const module = AppModule.of(testConfig({ ROLES: ['api'] }), test.database.url);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  setUp(app);
  await app.init();
  await app.close();
  return routes.filter((route) => !route.startsWith('HEAD '));
}

/** All values under a name, wherever they stand. */
function valuesOf(name: string, within: unknown): unknown[] {
  if (typeof within !== 'object' || within === null) return [];
  return Object.entries(within).flatMap(([key, value]: [string, unknown]) => [
    ...(key === name ? [value] : []),
    ...valuesOf(name, value),
  ]);
}

describe('Swagger UI', () => {
  it('is at /api, with all that it loads', async () => {
    const page = await test.api.get('/api');
    const parts = Array.from(
      page.text.matchAll(/(?:src|href)="\.\/(api\/[^"]+)"/g),
      ([, to]) => to,
    );

    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(page.text).toContain('Swagger UI');
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect((await test.api.get(`/${part}`)).status).toBe(200);
  });
});

describe('the OpenAPI document', () => {
  it('is at /api-json, in version 3', () => {
    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.\d\.\d$/),
      info: { title: 'Job Scheduler', version: '1', description: expect.any(String) },
    });
  });

  it('documents every route of the server, and no other', async () => {
    const routes = (await routesOfServer()).filter((route) => !UNDOCUMENTED.test(route.slice(4)));

    const served = routes.filter((route) => !UNDOCUMENTED.test(route.split(' ')[1] ?? ''));
    expect([...new Set(served)].sort()).toEqual(operations.map(([route]) => route).sort());
  });

  it('names no schema that it does not have', () => {
    const references = new Set(valuesOf('$ref', document) as string[]);

    expect(references.size).toBeGreaterThan(5);
    for (const reference of references) {
      const [, name = ''] = /^#\/components\/schemas\/(.+)$/.exec(reference) ?? [];
      expect(Object.keys(document.components?.schemas ?? {})).toContain(name);
    }
  });

  it('names every operation differently, and says what it is for', () => {
    const ids = operations.map(([, { operationId }]) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.filter(([, { summary }]) => !summary)).toEqual([]);
  });

  it('describes every part of a path as a required parameter', () => {
    for (const [route, { parameters = [] }] of operations) {
      const inPath = Array.from(route.matchAll(/\{(\w+)\}/g), ([, name]) => name);
      const described = parameters.filter((parameter) => parameter.in === 'path');
      expect([route, described.map(({ name }) => name)]).toEqual([route, inPath]);
      expect(described.every(({ required, schema }) => required === true && schema)).toBe(true);
    }
  });

  it('has a schema for every success and every body', () => {
    for (const [route, { responses, requestBody }] of operations) {
      const success = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect([route, success.length]).not.toEqual([route, 0]);
      for (const [, { content }] of success) expect(content).toHaveProperty(['application/json']);
      expect([route, requestBody !== undefined]).toEqual([route, /^(POST|PUT|PATCH)/.test(route)]);
    }
  });

  it('announces problems in their own media type', () => {
    for (const [route, { responses }] of operations) {
      if (route.includes('/health')) continue;
      const errors = Object.entries(responses).filter(([status]) => /^[45]/.test(status));
      expect([route, errors.map(([status]) => status)]).toEqual([
        route,
        expect.arrayContaining(['503']),
      ]);
      for (const [, { content }] of errors) {
        expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('lists the fields that a job really has', async () => {
    const { id } = await test.api.createJob();
    const { body } = await test.api.get<JobJson>(`/jobs/${id}`);

    const schema = document.components?.schemas?.['JobDto'] as { properties: object };

    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(body).sort());
  });

  it('requires a name and a schedule for a new job, and nothing else', () => {
    const schema = document.components?.schemas?.['CreateJobDto'] as { required: string[] };

    expect(schema.required.sort()).toEqual(['name', 'schedule']);
    expect(document.components?.schemas?.['UpdateJobDto']).not.toHaveProperty('required');
  });
});

describe('the id of a request', () => {
  it('is the one that the client gave, if it is a plain one', async () => {
    for (const id of ['a', 'trace-1.2_3', 'x'.repeat(100)]) {
      const { headers } = await test.api.get('/jobs', { 'x-request-id': id });
      expect(headers.get('x-request-id')).toBe(id);
    }
  });

  it.each(['', 'x'.repeat(101), 'a b', 'a"b', '<script>'])('is a new one for %j', async (id) => {
    const { headers } = await test.api.get('/jobs', { 'x-request-id': id });

    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stands in every answer, and in the problem too', async () => {
    for (const path of ['/jobs', '/jobs/x', '/nowhere', '/health/live', '/metrics', '/api']) {
      const answer = await test.api.get(path, { 'x-request-id': 'mine' });
      expect([path, answer.headers.get('x-request-id')]).toEqual([path, 'mine']);
      if (answer.status >= 400) expect(answer.body.requestId).toBe('mine');
    }
  });

  it('differs from request to request', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => test.api.get('/jobs')));

    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(3);
  });
});
