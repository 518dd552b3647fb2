import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, Matches } from 'class-validator';
import { PageQueryDto } from '../../common/page-query.dto.ts';
import { CanBeLeftOut, IsPlainText } from '../../common/validation.ts';

const SORT_FIELDS = ['id', 'name', 'createdAt', 'updatedAt', 'nextRun', 'lastRun'] as const;
export const SORTS = SORT_FIELDS.flatMap((field) => [field, `-${field}`] as const);
export type Sort = (typeof SORTS)[number];

/** Which jobs to list, in what order, and how many at a time. */
export class ListJobsDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Part of the name, in any case.' })
  @CanBeLeftOut()
  @IsPlainText({ min: 1, max: 200 })
  name?: string;

  @ApiPropertyOptional()
  @CanBeLeftOut()
  @IsPlainText({ min: 1, max: 100 })
  type?: string;

  @ApiPropertyOptional({ type: Boolean })
  @CanBeLeftOut()
  @Transform(
    ({ value }: { value: unknown }) => ({ true: true, false: false })[String(value)] ?? value,
  )
  @IsBoolean({ message: 'must be true or false' })
  isActive?: boolean;

  @ApiPropertyOptional({
    type: [String],
    description: '`name` or `name=value`; may be given several times, then all must hold.',
  })
  @CanBeLeftOut()
  @Transform(({ value }: { value: unknown }): unknown => (Array.isArray(value) ? value : [value]))
  @Matches(/^[^=]{1,63}(=.{0,200})?$/, { each: true, message: 'must be name or name=value' })
  label?: string[];

  @ApiPropertyOptional({
    enum: SORTS,
    default: 'id',
    description: 'A dash turns the order around.',
  })
  @CanBeLeftOut()
  @IsIn(SORTS)
  sort: Sort = 'id';
}
