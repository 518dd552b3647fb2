import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.ts';
import { SimulateDto } from './dto/simulate.dto.ts';
import { SimulationDto } from './dto/simulation.dto.ts';
import { SimulationService } from './simulation.service.ts';

@ApiTags('schedules')
@Controller('schedules')
export class SimulationController {
  constructor(private readonly simulations: SimulationService) {}

  @Post('simulate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'What would become of a job',
    description:
      'The ledger that a definition leads to, with outages and attempts as you name them, by the rules of the engine itself. It is as prompt as the engine when nothing holds it up: everything happens at its instant, and a run that ends at the very instant of the next one still counts as active. Stores nothing.',
  })
  @ApiOkResponse({ type: SimulationDto })
  @ApiProblems(400, 413, 415)
  async simulate(@Body() input: SimulateDto): Promise<SimulationDto> {
    return this.simulations.simulate(input);
  }
}
