import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiIfMatch } from '../common/api-if-match.ts';
import { ApiProblems } from '../common/api-problems.ts';
import { Clock } from '../common/clock.ts';
import { IdPipe } from '../common/id.pipe.ts';
import { nextLink } from '../common/pages.ts';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import { CreateJobDto } from './dto/create-job.dto.ts';
import { DryRunDto, DryRunQueryDto } from './dto/dry-run.dto.ts';
import { JobDto } from './dto/job.dto.ts';
import { ListJobsDto } from './dto/list-jobs.dto.ts';
import { UpdateJobDto } from './dto/update-job.dto.ts';
import { jobAnswer } from './job-answer.ts';
import { JobListRepository } from './job-list.repository.ts';
import type { Job } from './job.ts';
import { JobsService } from './jobs.service.ts';
import { KeyPipe } from './key.pipe.ts';

@ApiTags('jobs')
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    private readonly lists: JobListRepository,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List jobs' })
  @ApiOkResponse({
    type: [JobDto],
    headers: {
      'X-Total-Count': { description: 'Jobs on all pages.', schema: { type: 'integer' } },
      Link: { description: '`rel="next"` leads to the next page.', schema: { type: 'string' } },
    },
  })
  @ApiProblems(400)
  async list(
    @Query() query: ListJobsDto,
    @Req() { url }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto[]> {
    const { items, total, nextCursor } = await this.lists.list(NAMESPACE, query);
    void reply.header('x-total-count', total);
    if (nextCursor !== null) void reply.header('link', nextLink(url, nextCursor));
    const now = this.clock.now();
    return items.map((job) => JobDto.listed(job, now));
  }

  @Post()
  @ApiOperation({ summary: 'Register a job' })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: JobDto })
  @ApiProblems(400, 409, 413, 415, 422)
  async create(
    @Body() input: CreateJobDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    const job = await this.jobs.create(input);
    void reply.header('location', `/jobs/${job.id}`);
    return this.show(job, reply);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a job' })
  @ApiOkResponse({ type: JobDto })
  @ApiProblems(400, 404)
  async get(
    @Param('id', IdPipe) id: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return this.show(await this.jobs.get(id), reply);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a job',
    description:
      'Merges; what is left out stays. With `dryRun=true` nothing changes and the answer holds the next ten instants before and after.',
  })
  @ApiIfMatch()
  @ApiExtraModels(JobDto, DryRunDto)
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(JobDto) }, { $ref: getSchemaPath(DryRunDto) }] },
  })
  @ApiProblems(400, 404, 409, 412, 413, 415)
  async update(
    @Param('id', IdPipe) id: number,
    @Body() patch: UpdateJobDto,
    @Query() { dryRun }: DryRunQueryDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto | DryRunDto> {
    if (dryRun) return this.jobs.tryUpdate(id, patch, ifMatch);
    return this.show(await this.jobs.update(id, patch, ifMatch), reply);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Delete a job',
    description:
      'Cancels its active runs. Its history stays readable. A job that others start is not deleted before these.',
  })
  @ApiIfMatch()
  @ApiOkResponse({ type: JobDto, description: 'The job as it was.' })
  @ApiProblems(400, 404, 409, 412)
  async delete(
    @Param('id', IdPipe) id: number,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<JobDto> {
    return JobDto.listed(await this.jobs.delete(id, ifMatch), this.clock.now());
  }

  @Put('by-key/:key')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Create the job with this key, or make it what the body says',
    description:
      'Idempotent: what the body leaves out has its default, except that a paused job stays paused. 201 when it was created.',
  })
  @ApiIfMatch()
  @ApiOkResponse({ type: JobDto })
  @ApiCreatedResponse({ type: JobDto })
  @ApiProblems(400, 409, 412, 413, 415)
  async put(
    @Param('key', KeyPipe) key: string,
    @Body() input: CreateJobDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    const { job, created } = await this.jobs.put(key, input, ifMatch);
    if (created) void reply.status(201);
    return this.show(job, reply);
  }

  private show(job: Job, reply: FastifyReply): JobDto {
    return jobAnswer(reply, job, this.clock.now());
  }
}
