import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { IdempotencyInterceptor } from './idempotency.interceptor.ts';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.ts';
import { IdempotencyService } from './idempotency.service.ts';

/** Honours `Idempotency-Key` on all routes of the process. */
@Module({
  providers: [
    IdempotencyKeysRepository,
    IdempotencyService,
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
})
export class IdempotencyModule {}
