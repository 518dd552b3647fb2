import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsInstant } from '../../../common/instant.ts';
import { CanBeLeftOut } from '../../../common/validation.ts';
import { runId } from '../../../runs/run-id.ts';
import type { RunKey } from '../../../runs/run.ts';

/** How many of the runs, or instants, are listed. */
const LISTED = 100;

const NULLABLE_INSTANT = { type: String, format: 'date-time', nullable: true } as const;

/** Which instants of the past to run. */
export class BackfillDto {
  @ApiProperty({ format: 'date-time', description: 'At most ten years before `to`.' })
  @IsInstant()
  from: string;

  @ApiProperty({ format: 'date-time', description: 'Included, as `from` is; not in the future.' })
  @IsInstant()
  to: string;

  @ApiPropertyOptional({
    default: false,
    description: 'Say what would be run, and change nothing.',
  })
  @CanBeLeftOut()
  @IsBoolean({ message: 'must be true or false' })
  dryRun?: boolean;
}

/** How much there is to run. */
class BackfillSummaryDto {
  @ApiProperty({ type: 'integer', description: 'How many instants there are to run.' })
  count: number;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'The first of them.' })
  from: Date | null;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'The last of them.' })
  to: Date | null;
}

/** The runs that were queued. */
export class BackfilledDto extends BackfillSummaryDto {
  @ApiProperty({ type: [String], description: `Ids of the first ${LISTED} runs, oldest first.` })
  runs: string[];

  static from(keys: RunKey[]): BackfilledDto {
    const instants = keys.map(({ scheduledFor }) => scheduledFor);
    return { ...summaryOf(instants), runs: keys.slice(0, LISTED).map(runId) };
  }
}

/** The runs that would be queued. */
export class BackfillTrialDto extends BackfillSummaryDto {
  @ApiProperty({
    type: [String],
    format: 'date-time',
    description: `The first ${LISTED} instants, oldest first.`,
  })
  instants: Date[];

  static from(instants: Date[]): BackfillTrialDto {
    return { ...summaryOf(instants), instants: instants.slice(0, LISTED) };
  }
}

function summaryOf(instants: Date[]): BackfillSummaryDto {
  return { count: instants.length, from: instants[0] ?? null, to: instants.at(-1) ?? null };
}
