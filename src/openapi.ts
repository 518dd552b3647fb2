import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { httpAdapter, openApiDocument } from './app.setup.ts';
import { Config } from './config/config.ts';

/** Nothing is connected to: the document follows from the controllers alone. */
const NOWHERE = 'postgresql://localhost:1/none';

/** The OpenAPI document as it is committed. */
export async function openApiJson(): Promise<string> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(new Config(), NOWHERE),
    httpAdapter(),
    { logger: ['error', 'fatal'] },
  );
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
}
