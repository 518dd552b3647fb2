import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.ts';
import { parseInstant } from '../common/instant.ts';
import { ForecastDto, ForecastQueryDto } from './dto/forecast.dto.ts';
import { ForecastService } from './forecast.service.ts';

@ApiTags('schedules')
@Controller('forecast')
export class ForecastController {
  constructor(private readonly forecasts: ForecastService) {}

  @Get()
  @ApiOperation({
    summary: 'Forecast the load',
    description: 'Starts of all active jobs minute by minute, by job type and target host.',
  })
  @ApiOkResponse({ type: ForecastDto })
  @ApiProblems(400)
  async forecast(@Query() { minutes, from }: ForecastQueryDto): Promise<ForecastDto> {
    const start = from === undefined ? undefined : (parseInstant(from) ?? undefined);
    return this.forecasts.forecast(minutes, start);
  }
}
