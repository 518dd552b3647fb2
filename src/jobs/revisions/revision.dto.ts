import { ApiProperty, PickType } from '@nestjs/swagger';
import { ExceptionDto } from '../exceptions/dto/exception.dto.ts';
import { JobDto } from '../dto/job.dto.ts';
import { DEFINITION_COLUMNS } from '../job-columns.ts';
import type { JobDefinition } from '../job.ts';
import { ACTORS, type Actor, REVISION_ACTIONS, type RevisionAction } from '../revision.ts';
import { changesBetween, type FieldChange } from './revision-diff.ts';
import type { FoundRevision, ListedRevision } from './revision-list.repository.ts';

const FIELDS = Object.keys(DEFINITION_COLUMNS) as (keyof JobDefinition)[];
const VALUE = { type: Object, required: false, nullable: true } as const;

/** A field that differs from the revision before. */
export class FieldChangeDto implements FieldChange {
  @ApiProperty({
    example: 'retry.maxAttempts',
    description: 'Dotted. Objects are looked into, unless too much has changed in them.',
  })
  path: string;

  @ApiProperty({ ...VALUE, description: 'What it was; missing where there was no such field.' })
  from?: unknown;

  @ApiProperty({ ...VALUE, description: 'What it is; missing where there is no such field.' })
  to?: unknown;
}

/** A state of a job, told by what it has changed. */
export class RevisionDto {
  @ApiProperty({ type: 'integer', example: 3 })
  revision: number;

  @ApiProperty({ enum: REVISION_ACTIONS })
  action: RevisionAction;

  @ApiProperty({ enum: ACTORS, description: 'Somebody by way of the API, or the scheduler.' })
  actor: Actor;

  @ApiProperty({ type: String, format: 'date-time' })
  at: Date;

  @ApiProperty({
    type: [FieldChangeDto],
    description: 'Against the revision before; empty for the first one.',
  })
  changes: FieldChangeDto[];

  static from({ revision, action, actor, at, from, to }: ListedRevision): RevisionDto {
    return { revision, action, actor, at, changes: changesBetween(from, to) };
  }
}

/** All of a job that a change can touch. */
class DefinitionDto extends PickType(JobDto, [...FIELDS, 'pausedReason', 'pausedUntil']) {
  @ApiProperty({ type: [ExceptionDto] })
  exceptions: ExceptionDto[];
}

/** A state of a job as a whole. */
export class WholeRevisionDto extends RevisionDto {
  @ApiProperty({ type: DefinitionDto })
  definition: object;

  static whole({ before, ...revision }: FoundRevision): WholeRevisionDto {
    const { definition } = revision;
    const changed = { ...revision, from: before ?? definition, to: definition };
    return { ...RevisionDto.from(changed), definition };
  }
}
