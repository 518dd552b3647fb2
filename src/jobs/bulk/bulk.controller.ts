import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiProblems } from '../../common/api-problems.ts';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.ts';
import { BulkDto, BulkResultDto, BulkTrialDto } from './bulk.dto.ts';
import { MAX_LISTED } from './bulk-outcome.ts';
import { BulkService } from './bulk.service.ts';

@ApiTags('jobs')
@Controller('jobs/bulk')
export class BulkController {
  constructor(private readonly bulk: BulkService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pause, resume, delete or trigger many jobs',
    description:
      'At most 1,000 by id, or 10,000 by label. Each job is changed by itself: what fails is listed, and keeps no other from being changed. With `dryRun` nothing changes and the answer says how many jobs are meant.',
  })
  @ApiIdempotencyKey()
  @ApiExtraModels(BulkResultDto, BulkTrialDto)
  @ApiOkResponse({
    schema: { oneOf: [BulkResultDto, BulkTrialDto].map((type) => ({ $ref: getSchemaPath(type) })) },
  })
  @ApiProblems(400, 409, 413, 415, 422)
  async run(@Body() input: BulkDto): Promise<BulkResultDto | BulkTrialDto> {
    if (!input.dryRun) return this.bulk.run(input);
    const { ids, count } = await this.bulk.select(input);
    return { matched: count, ids: ids.slice(0, MAX_LISTED) };
  }
}
