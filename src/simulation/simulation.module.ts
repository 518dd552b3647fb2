import { Module } from '@nestjs/common';
import { CalendarsModule } from '../calendars/calendars.module.ts';
import { SimulationController } from './simulation.controller.ts';
import { SimulationService } from './simulation.service.ts';

@Module({
  imports: [CalendarsModule],
  controllers: [SimulationController],
  providers: [SimulationService],
})
export class SimulationModule {}
