import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.ts';
import { IdPipe } from '../common/id.pipe.ts';
import { parseInstant } from '../common/instant.ts';
import { ExplainQueryDto, ExplanationDto } from './dto/explanation.dto.ts';
import { ExplainService } from './explain.service.ts';

@ApiTags('runs')
@Controller('jobs/:id/explain')
export class ExplainController {
  constructor(private readonly explanations: ExplainService) {}

  @Get()
  @ApiOperation({
    summary: 'Explain an instant of a job',
    description:
      'Whether the job was due at that instant, what happened, and why: from the ledger, the revisions and the pauses. Also for deleted jobs.',
  })
  @ApiOkResponse({ type: ExplanationDto })
  @ApiProblems(400, 404)
  async explain(
    @Param('id', IdPipe) id: number,
    @Query() { at }: ExplainQueryDto,
  ): Promise<ExplanationDto> {
    return ExplanationDto.from(await this.explanations.explain(id, parseInstant(at) as Date));
  }
}
