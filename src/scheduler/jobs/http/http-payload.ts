import { IsIn, IsInt, IsObject, Max, Min, ValidateBy } from 'class-validator';
import type { Violation } from '../../../common/errors.ts';
import { pathTo } from '../../../common/storable.ts';
import { CanBeLeftOut, IsJsonValue, isRecord } from '../../../common/validation.ts';
import { IsExpectedStatus, type StatusPattern } from './expected-status.ts';
import { headerViolations } from './header-rules.ts';
import { placeholderViolations } from './run-fields.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const WITHOUT_BODY: unknown[] = ['GET', 'HEAD'];

const MAX_URL_LENGTH = 2_048;
const MAX_RESPONSE_BYTES = 256 * 1_024;

/** What an `http` job sends, and what it takes for success. */
export class HttpPayload {
  /** Left out: POST when there is a body, GET otherwise. */
  @IsIn(METHODS)
  @CanBeLeftOut()
  readonly method?: (typeof METHODS)[number];

  @ValidateBy({
    name: 'isHttpUrl',
    validator: { validate: isHttpUrl, defaultMessage: urlMessage },
  })
  readonly url: string;

  @IsJsonValue()
  @IsObject()
  @CanBeLeftOut()
  readonly headers?: Readonly<Record<string, string>>;

  /**
   * Sent as JSON; a string is sent as it is when the headers name its content type. Texts in it
   * may hold fields of the run, such as `{{run.scheduledFor}}`.
   */
  @IsJsonValue()
  @CanBeLeftOut()
  readonly body?: unknown;

  @IsExpectedStatus()
  @CanBeLeftOut()
  readonly expectedStatus: StatusPattern | StatusPattern[] = '2xx';

  /** So much of the answer's body is kept with the run; the rest is not even read. */
  @Max(MAX_RESPONSE_BYTES)
  @Min(0)
  @IsInt()
  @CanBeLeftOut()
  readonly maxResponseBytes: number = 16 * 1_024;
}

/** The rules of a payload that reach beyond one plain field. */
export function httpRules(input: Readonly<Record<string, unknown>>, path: string): Violation[] {
  const { method, body, headers } = input;
  const violations: Violation[] = [];

  if (body !== undefined && WITHOUT_BODY.includes(method)) {
    const message = `must be left out, since ${String(method)} carries no body`;
    violations.push({ path: pathTo(path, 'body'), message });
  }
  violations.push(...placeholderViolations(body, pathTo(path, 'body')));
  if (isRecord(headers)) violations.push(...headerViolations(headers, pathTo(path, 'headers')));
  return violations;
}

function isHttpUrl(value: unknown): boolean {
  // `URL` mends a lot: it drops line breaks, trims, and takes `http:host` for `http://host`.
  if (typeof value !== 'string' || !/^https?:\/\/[^\s\p{Control}]+$/iu.test(value)) return false;
  if (value.length > MAX_URL_LENGTH) return false;
  if (!URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
}

function urlMessage(): string {
  return `must be an absolute http or https URL of at most ${MAX_URL_LENGTH} characters, without user name and password`;
}
