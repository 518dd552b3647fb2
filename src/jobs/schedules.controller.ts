import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.ts';
import { PreviewDto, PreviewResultDto } from './dto/preview.dto.ts';
import { PreviewService } from './preview.service.ts';

@ApiTags('schedules')
@Controller('schedules')
export class SchedulesController {
  constructor(private readonly previews: PreviewService) {}

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'What a schedule means', description: 'Stores nothing.' })
  @ApiOkResponse({ type: PreviewResultDto })
  @ApiProblems(400, 413, 415)
  preview(@Body() input: PreviewDto): PreviewResultDto {
    return this.previews.preview(input);
  }
}
