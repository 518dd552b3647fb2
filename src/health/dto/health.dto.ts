import { ApiProperty } from '@nestjs/swagger';

export class LiveDto {
  @ApiProperty({ example: 'ok' })
  status: 'ok';
}

/** Ready when there is nothing in `problems`. */
export class ReadyDto {
  @ApiProperty({ enum: ['ok', 'unavailable'] })
  status: 'ok' | 'unavailable';

  @ApiProperty({ type: [String], example: [] })
  problems: string[];

  @ApiProperty({ type: [String], example: ['api', 'scheduler', 'worker'] })
  roles: string[];

  @ApiProperty({ example: 'host-4711-a1b2c3' })
  instance: string;

  @ApiProperty({ example: '2026f', description: 'Version of the time zone data.' })
  zoneData: string;
}
