import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  type ApiResponseNoStatusOptions,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../common/api-problems.ts';
import { IdPipe } from '../common/id.pipe.ts';
import { nextLink, type Page } from '../common/pages.ts';
import { ListJobRunsDto, ListRunsDto } from './dto/list-runs.dto.ts';
import { RunDto } from './dto/run.dto.ts';
import { RunLogDto } from './dto/run-log.dto.ts';
import type { Run } from './run.ts';
import { RunsService } from './runs.service.ts';

const PAGE: ApiResponseNoStatusOptions = {
  type: [RunDto],
  headers: {
    Link: { description: '`rel="next"` leads to the next page.', schema: { type: 'string' } },
  },
};

/** The ledger, newest instant first. */
@ApiTags('runs')
@Controller()
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Get('runs')
  @ApiOperation({ summary: 'List runs of all jobs' })
  @ApiOkResponse(PAGE)
  @ApiProblems(400)
  async list(
    @Query() query: ListRunsDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunDto[]> {
    return show(await this.runs.list(query), request, reply);
  }

  @Get('runs/:id')
  @ApiOperation({ summary: 'Get a run' })
  @ApiOkResponse({ type: RunDto })
  @ApiProblems(400, 404)
  async get(@Param('id') id: string): Promise<RunDto> {
    return RunDto.from(await this.runs.get(id));
  }

  @Get('runs/:id/log')
  @ApiOperation({ summary: 'What the handler of a run has said' })
  @ApiOkResponse({ type: RunLogDto })
  @ApiProblems(400, 404)
  async log(@Param('id') id: string): Promise<RunLogDto> {
    return RunLogDto.from(await this.runs.get(id));
  }

  @Get('jobs/:id/runs')
  @ApiOperation({ summary: 'List the runs of a job', description: 'Also of one that was deleted.' })
  @ApiOkResponse(PAGE)
  @ApiProblems(400, 404)
  async listOfJob(
    @Param('id', IdPipe) id: number,
    @Query() query: ListJobRunsDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunDto[]> {
    return show(await this.runs.listOfJob(id, query), request, reply);
  }
}

function show(page: Page<Run>, { url }: FastifyRequest, reply: FastifyReply): RunDto[] {
  if (page.nextCursor !== null) void reply.header('link', nextLink(url, page.nextCursor));
  return page.items.map((run) => RunDto.from(run));
}
