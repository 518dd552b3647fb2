import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.ts';
import { ApiNoFields, NoFieldsPipe } from '../common/no-fields.ts';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.ts';
import { CancelRunDto, RetriedDto } from './dto/intervention.dto.ts';
import { RunDto } from './dto/run.dto.ts';
import { runId } from './run-id.ts';
import { RunsService } from './runs.service.ts';

/** What can be done to a single run. */
@ApiTags('runs')
@Controller('runs/:id')
export class InterventionsController {
  constructor(private readonly runs: RunsService) {}

  @Post('cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a run',
    description:
      'One that is planned or waits is not started; what is under way is aborted. An occurrence that is cancelled ahead of its instant is not planned again.',
  })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: RunDto })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async cancel(@Param('id') id: string, @Body() { reason }: CancelRunDto): Promise<RunDto> {
    return RunDto.from(await this.runs.cancel(id, reason));
  }

  @Post('retry')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Run again what is over',
    description:
      'As a run of its own, due now, for the same instant and with the same payload. The schedule is left alone.',
  })
  @ApiIdempotencyKey()
  @ApiNoFields()
  @ApiAcceptedResponse({ type: RetriedDto })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async retry(@Param('id') id: string, @Body(NoFieldsPipe) _nothing: void): Promise<RetriedDto> {
    return { runId: runId(await this.runs.retry(id)) };
  }
}
