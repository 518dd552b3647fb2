import { Transform } from 'class-transformer';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MinLength,
} from 'class-validator';
import { IsWholeNumber } from '../common/whole-number.ts';

export const ROLES = ['api', 'scheduler', 'worker'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Every setting, with its default and its limits. Field names are the names of the environment
 * variables; the comment above each is what `.env.example` says about it.
 */
export class Config {
  /** What this process does. Roles can be split over processes and scaled alone. */
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',').map((role) => role.trim()) : value,
  )
  @IsIn(ROLES, { each: true, message: `takes a comma-separated list out of ${ROLES.join(', ')}` })
  @ArrayUnique({ message: 'names a role twice' })
  @ArrayNotEmpty({ message: 'must name at least one role' })
  readonly ROLES: Role[] = [...ROLES];

  /** The address to listen on. Only loopback is accepted while the API has no authentication. */
  @Matches(/^(localhost|127(\.\d{1,3}){3}|::1)$/, {
    message:
      'must be a loopback address (127.0.0.1, ::1, localhost): the API has no authentication yet, so it refuses to listen where others can reach it',
  })
  readonly HOST: string = '127.0.0.1';

  /** The port to listen on; 0 takes any free one. */
  @IsWholeNumber({ min: 0, max: 65_535 })
  readonly PORT: number = 3000;

  /** Your PostgreSQL, 16 or later. Left out: an embedded one is started, with its data in DATA_DIRECTORY. */
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'must start with postgresql://' })
  readonly DATABASE_URL?: string;

  /** Connections to the database for answering requests; the engine has five of its own. */
  @IsWholeNumber({ min: 1, max: 500 })
  readonly DATABASE_POOL_SIZE: number = 10;

  /** Where the embedded database keeps its data. */
  @IsString()
  @MinLength(1)
  readonly DATA_DIRECTORY: string = '.data';

  /** A directory of compiled time zones such as /usr/share/zoneinfo: used where it is newer than the data that come with the service, and watched for newer ones. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  readonly ZONEINFO_DIRECTORY?: string;

  /** How much is logged, as JSON lines on standard output. */
  @IsIn(LOG_LEVELS)
  readonly LOG_LEVEL: LogLevel = 'info';

  /** Runs that this process carries out at the same time. */
  @IsWholeNumber({ min: 1, max: 10_000 })
  readonly WORKER_CONCURRENCY: number = 1_000;

  /** How long a run belongs to its worker without a sign of life, in milliseconds. */
  @IsWholeNumber({ min: 1_000, max: 600_000 })
  readonly LEASE_MS: number = 15_000;

  /** How far ahead of their instant runs are planned, in milliseconds. */
  @IsWholeNumber({ min: 0, max: 60_000 })
  readonly PLAN_AHEAD_MS: number = 2_000;

  /** The longest that an idle loop sleeps before it looks again, in milliseconds. */
  @IsWholeNumber({ min: 100, max: 60_000 })
  readonly POLL_MS: number = 5_000;

  /** How many days the history of runs is kept; a job's deletion is remembered as long. */
  @IsWholeNumber({ min: 1, max: 3_660 })
  readonly RETENTION_DAYS: number = 90;

  /** How long running work may go on after SIGTERM, in milliseconds; what is left is handed back. */
  @IsWholeNumber({ min: 0, max: 600_000 })
  readonly SHUTDOWN_GRACE_MS: number = 10_000;
}
