import { ApiProperty } from '@nestjs/swagger';
import { isFinal } from '../run-state.ts';
import type { Run } from '../run.ts';

/** What the handler of a run has said. */
export class RunLogDto {
  @ApiProperty({ type: [String], description: 'Those of the latest attempt that has ended.' })
  lines: string[];

  @ApiProperty({ description: 'Whether the run is over, so that no more will come.' })
  complete: boolean;

  static from({ log, status }: Run): RunLogDto {
    return { lines: log, complete: isFinal(status) };
  }
}
