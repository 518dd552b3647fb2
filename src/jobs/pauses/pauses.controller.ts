import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../common/api-problems.ts';
import { Clock } from '../../common/clock.ts';
import { IdPipe } from '../../common/id.pipe.ts';
import { ApiNoFields, NoFieldsPipe } from '../../common/no-fields.ts';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.ts';
import { ApiIfMatch } from '../../common/api-if-match.ts';
import { JobDto } from '../dto/job.dto.ts';
import { jobAnswer } from '../job-answer.ts';
import { PauseDto } from './pause.dto.ts';
import { PausesService } from './pauses.service.ts';

@ApiTags('jobs')
@Controller('jobs/:id')
export class PausesController {
  constructor(
    private readonly pauses: PausesService,
    private readonly clock: Clock,
  ) {}

  @Post('pause')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pause a job',
    description:
      'Nothing starts from now on. Where the job is paused already, the body says what reason and what end the pause has; saying the same again changes nothing.',
  })
  @ApiIfMatch()
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: JobDto })
  @ApiProblems(400, 404, 409, 412, 413, 415, 422)
  async pause(
    @Param('id', IdPipe) id: number,
    @Body() input: PauseDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    const { job } = await this.pauses.pause(id, input, ifMatch);
    return jobAnswer(reply, job, this.clock.now());
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Resume a job',
    description:
      'Nothing that fell into the pause is run: it is one skipped range in the ledger. The schedule needs an instant ahead.',
  })
  @ApiNoFields()
  @ApiIfMatch()
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: JobDto })
  @ApiProblems(400, 404, 409, 412, 413, 415, 422)
  async resume(
    @Param('id', IdPipe) id: number,
    @Body(NoFieldsPipe) _nothing: void,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    const { job } = await this.pauses.resume(id, ifMatch);
    return jobAnswer(reply, job, this.clock.now());
  }
}
