import { ApiProperty } from '@nestjs/swagger';
import { IsInstant } from '../../common/instant.ts';
import { RunDto } from '../../runs/dto/run.dto.ts';
import type { Explained } from '../explain.service.ts';
import { EXPLANATION_CODES, type ExplanationCode } from '../explanation.ts';

const NULLABLE_INSTANT = { type: String, format: 'date-time', nullable: true } as const;

/** Which instant to explain. */
export class ExplainQueryDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-24T02:30:00Z' })
  @IsInstant()
  at: string;
}

/** What happened at an instant of a job, and why. */
export class ExplanationDto {
  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The instant that is explained: when the run was due, spread included.',
  })
  at: Date;

  @ApiProperty({ enum: EXPLANATION_CODES })
  code: ExplanationCode;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Whether the job is, or was, due then; null where that cannot be known any more.',
  })
  due: boolean | null;

  @ApiProperty({ description: 'The answer in words.' })
  text: string;

  @ApiProperty({
    type: RunDto,
    nullable: true,
    description: 'The row of the ledger that accounts for the instant.',
  })
  run: RunDto | null;

  @ApiProperty({
    type: [String],
    description: 'All runs at that instant, starts by hand included.',
  })
  runs: string[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The revision of the job that was in force.',
  })
  revision: number | null;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'The occurrence before, by that revision.' })
  before: Date | null;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'The occurrence after, by that revision.' })
  after: Date | null;

  static from({ run, ...explained }: Explained): ExplanationDto {
    return { ...explained, run: run && RunDto.from(run) };
  }
}
