import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { CanBeLeftOut } from './validation.ts';
import { IsWholeNumber } from './whole-number.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** Which page of a list, and how long. */
export class PageQueryDto {
  @ApiPropertyOptional({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })
  @CanBeLeftOut()
  @IsWholeNumber({ min: 1, max: MAX_LIMIT })
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ description: 'From the `Link` header of the page before.' })
  @CanBeLeftOut()
  @IsString()
  @MaxLength(2_000)
  cursor?: string;
}
