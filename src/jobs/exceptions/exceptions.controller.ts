import { Body, Controller, Delete, Get, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../common/api-problems.ts';
import { entityTag } from '../../common/entity-tag.ts';
import { IdPipe } from '../../common/id.pipe.ts';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.ts';
import { ApiIfMatch } from '../../common/api-if-match.ts';
import { CreateExceptionDto, ExceptionDto } from './dto/exception.dto.ts';
import { type Excepted, ExceptionsService } from './exceptions.service.ts';

const ETAG = {
  ETag: { description: 'That of the job, which is another one now.', schema: { type: 'string' } },
} as const;

@ApiTags('jobs')
@Controller('jobs/:id/exceptions')
export class ExceptionsController {
  constructor(private readonly exceptions: ExceptionsService) {}

  @Get()
  @ApiOperation({ summary: 'List the occurrences of a job that differ from its schedule' })
  @ApiOkResponse({ type: [ExceptionDto] })
  @ApiProblems(400, 404)
  async list(@Param('id', IdPipe) id: number): Promise<ExceptionDto[]> {
    const exceptions = await this.exceptions.list(id);
    return exceptions.map((exception) => ExceptionDto.from(exception));
  }

  @Post()
  @ApiOperation({
    summary: 'Skip, move or add one occurrence of a job',
    description: 'The schedule is left alone. All instants must lie ahead.',
  })
  @ApiIfMatch()
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: ExceptionDto, headers: ETAG })
  @ApiProblems(400, 404, 409, 412, 413, 415, 422)
  async add(
    @Param('id', IdPipe) id: number,
    @Body() input: CreateExceptionDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExceptionDto> {
    return show(await this.exceptions.add(id, input, ifMatch), reply);
  }

  @Delete(':exceptionId')
  @ApiOperation({
    summary: 'Have an occurrence go by the schedule again',
    description: 'As long as all instants of the exception lie ahead.',
  })
  @ApiIfMatch()
  @ApiOkResponse({ type: ExceptionDto, headers: ETAG, description: 'The exception as it was.' })
  @ApiProblems(400, 404, 409, 412)
  async remove(
    @Param('id', IdPipe) id: number,
    @Param('exceptionId', IdPipe) exceptionId: number,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExceptionDto> {
    return show(await this.exceptions.remove(id, exceptionId, ifMatch), reply);
  }
}

function show({ job, exception }: Excepted, reply: FastifyReply): ExceptionDto {
  void reply.header('etag', entityTag(job));
  return ExceptionDto.from(exception);
}
