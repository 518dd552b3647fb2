import { Module } from '@nestjs/common';
import { ForecastController } from './forecast.controller.ts';
import { ForecastRepository } from './forecast.repository.ts';
import { ForecastService } from './forecast.service.ts';

@Module({
  controllers: [ForecastController],
  providers: [ForecastService, ForecastRepository],
})
export class ForecastModule {}
