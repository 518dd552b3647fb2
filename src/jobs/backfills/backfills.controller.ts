import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../common/api-problems.ts';
import { IdPipe } from '../../common/id.pipe.ts';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.ts';
import { BackfillsService } from './backfills.service.ts';
import { BackfillDto, BackfilledDto, BackfillTrialDto } from './dto/backfill.dto.ts';

@ApiTags('jobs')
@Controller('jobs/:id/backfill')
export class BackfillsController {
  constructor(private readonly backfills: BackfillsService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Run instants of the past',
    description:
      'One run for each instant of the job as it is now defined, at most 1,000, whatever has been run then. They are carried out one after the other, or five at a time where `overlap` is `allow`. What calendar and exceptions leave out is left out here too.',
  })
  @ApiIdempotencyKey()
  @ApiAcceptedResponse({ type: BackfilledDto })
  @ApiOkResponse({ type: BackfillTrialDto, description: 'With `dryRun`.' })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async backfill(
    @Param('id', IdPipe) id: number,
    @Body() input: BackfillDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BackfilledDto | BackfillTrialDto> {
    if (!input.dryRun) return BackfilledDto.from(await this.backfills.backfill(id, input));
    void reply.status(200);
    return BackfillTrialDto.from(await this.backfills.tryBackfill(id, input));
  }
}
