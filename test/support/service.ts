import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.ts';
import { httpAdapter, setUp } from '../../src/app.setup.ts';
import { Config } from '../../src/config/config.ts';
import { JOB_HANDLERS } from '../../src/scheduler/jobs/job-factory.ts';
import type { JobHandler } from '../../src/scheduler/jobs/job-handler.ts';
import { jobHandlers } from '../../src/scheduler/jobs/job-handlers.ts';
import { PinoLogger } from '../../src/telemetry/pino-logger.ts';
import type { TestDatabase } from './database.ts';

/** The whole service in this process, on a port of its own. */
export interface TestService {
  readonly app: NestFastifyApplication;
  readonly url: string;
  close(): Promise<void>;
}

/** Settings for tests: the defaults, little logging, and whatever the test asks for. */
export function testConfig(overrides: Partial<Config> = {}): Config {
  return Object.assign(new Config(), { LOG_LEVEL: 'silent' }, overrides);
}

export async function openService(
  database: Pick<TestDatabase, 'url'>,
  overrides: Partial<Config> = {},
): Promise<TestService> {
  const config = testConfig(overrides);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(config, database.url),
    httpAdapter(),
    { logger: new PinoLogger(config.LOG_LEVEL), bodyParser: false },
  );
  return listening(app);
}

/** The same, with job types of the test beside those of the service. */
export async function openServiceWith(
  handlers: readonly JobHandler[],
  database: Pick<TestDatabase, 'url'>,
  overrides: Partial<Config> = {},
): Promise<TestService> {
  const config = testConfig(overrides);
  const module = await Test.createTestingModule({ imports: [AppModule.of(config, database.url)] })
    .overrideProvider(JOB_HANDLERS)
    .useFactory({
      factory: (...own: JobHandler[]) => [...own, ...handlers],
      inject: jobHandlers,
    })
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(httpAdapter(), {
    logger: new PinoLogger(config.LOG_LEVEL),
    bodyParser: false,
  });
  return listening(app);
}

async function listening(app: NestFastifyApplication): Promise<TestService> {
  setUp(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl(), close: () => app.close() };
}
