import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.ts';
import { IdPipe } from '../common/id.pipe.ts';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.ts';
import { runId } from '../runs/run-id.ts';
import { TriggerDto, TriggeredDto } from './dto/trigger.dto.ts';
import { UpcomingDto, UpcomingQueryDto } from './dto/upcoming.dto.ts';
import { JobsService } from './jobs.service.ts';
import { PreviewService } from './preview.service.ts';

/** When a job runs: by its schedule, and right now. */
@ApiTags('jobs')
@Controller('jobs/:id')
export class JobTimesController {
  constructor(
    private readonly jobs: JobsService,
    private readonly previews: PreviewService,
  ) {}

  @Get('upcoming')
  @ApiOperation({ summary: 'The next instants of a job' })
  @ApiOkResponse({ type: UpcomingDto })
  @ApiProblems(400, 404)
  async upcoming(
    @Param('id', IdPipe) id: number,
    @Query() query: UpcomingQueryDto,
  ): Promise<UpcomingDto> {
    return this.previews.upcomingOf(await this.jobs.get(id), query);
  }

  @Post('trigger')
  @HttpCode(202)
  @ApiOperation({ summary: 'Run a job now', description: 'Its schedule is left alone.' })
  @ApiIdempotencyKey()
  @ApiAcceptedResponse({ type: TriggeredDto })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async trigger(
    @Param('id', IdPipe) id: number,
    @Body() { payload }: TriggerDto,
  ): Promise<TriggeredDto> {
    return { runId: runId(await this.jobs.trigger(id, payload)) };
  }
}
