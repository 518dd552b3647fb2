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

  @ApiProperty({
    enum: ['package', 'directory'],
    description: 'Where they come from: with the service, or from ZONEINFO_DIRECTORY.',
  })
  zoneDataSource: 'package' | 'directory';

  @ApiProperty({
    type: String,
    nullable: true,
    example: '2026f',
    description: 'Version that the stored next instants derive from; null while nobody has told.',
  })
  zoneDataStored: string | null;

  @ApiProperty({ description: 'Whether that is a newer version than the one of this process.' })
  zoneDataBehind: boolean;
}
