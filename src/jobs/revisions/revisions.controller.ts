import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../../common/api-problems.ts';
import { Clock } from '../../common/clock.ts';
import { IdPipe } from '../../common/id.pipe.ts';
import { ApiNoFields, NoFieldsPipe } from '../../common/no-fields.ts';
import { PageQueryDto } from '../../common/page-query.dto.ts';
import { nextLink } from '../../common/pages.ts';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.ts';
import { ApiIfMatch } from '../../common/api-if-match.ts';
import { DryRunDto, DryRunQueryDto } from '../dto/dry-run.dto.ts';
import { JobDto } from '../dto/job.dto.ts';
import { jobAnswer } from '../job-answer.ts';
import { RevisionDto, WholeRevisionDto } from './revision.dto.ts';
import { RevisionsService } from './revisions.service.ts';

@ApiTags('jobs')
@Controller('jobs/:id/revisions')
export class RevisionsController {
  constructor(
    private readonly revisions: RevisionsService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List the revisions of a job, newest first',
    description:
      'Also of one that was deleted. A page is shorter than `limit` where large fields have changed.',
  })
  @ApiOkResponse({
    type: [RevisionDto],
    headers: {
      Link: { description: '`rel="next"` leads to the next page.', schema: { type: 'string' } },
    },
  })
  @ApiProblems(400, 404)
  async list(
    @Param('id', IdPipe) id: number,
    @Query() query: PageQueryDto,
    @Req() { url }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RevisionDto[]> {
    const { items, nextCursor } = await this.revisions.list(id, query);
    if (nextCursor !== null) void reply.header('link', nextLink(url, nextCursor));
    return items.map((revision) => RevisionDto.from(revision));
  }

  @Get(':revision')
  @ApiOperation({ summary: 'Get a revision of a job as a whole' })
  @ApiOkResponse({ type: WholeRevisionDto })
  @ApiProblems(400, 404)
  async get(
    @Param('id', IdPipe) id: number,
    @Param('revision', IdPipe) revision: number,
  ): Promise<WholeRevisionDto> {
    return WholeRevisionDto.whole(await this.revisions.get(id, revision));
  }

  @Post(':revision/restore')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Make a job what it was in a revision',
    description:
      'As a new change: all that a client can set, except that the job stays paused or active as it is, and keeps its exceptions. With `dryRun=true` nothing changes and the answer holds the next ten instants before and after.',
  })
  @ApiNoFields()
  @ApiIfMatch()
  @ApiIdempotencyKey()
  @ApiExtraModels(JobDto, DryRunDto)
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(JobDto) }, { $ref: getSchemaPath(DryRunDto) }] },
  })
  @ApiProblems(400, 404, 409, 412, 413, 415, 422)
  async restore(
    @Param('id', IdPipe) id: number,
    @Param('revision', IdPipe) revision: number,
    @Query() { dryRun }: DryRunQueryDto,
    @Body(NoFieldsPipe) _nothing: void,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto | DryRunDto> {
    if (dryRun) return this.revisions.tryRestore(id, revision, ifMatch);
    const job = await this.revisions.restore(id, revision, ifMatch);
    return jobAnswer(reply, job, this.clock.now());
  }
}
