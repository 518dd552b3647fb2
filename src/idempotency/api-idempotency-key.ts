import { ApiHeader } from '@nestjs/swagger';
import { REPLAYED_HEADER } from './answer-again.ts';
import { KEY_HEADER, MAX_KEY_LENGTH } from './keyed-request.ts';

/**
 * Says in the OpenAPI document that a POST route honours the header. Every one that changes
 * something does; its problems include 400, 409 and 422 then.
 */
export function ApiIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: KEY_HEADER,
    required: false,
    description: `The request takes effect once, however often it is sent with this key within 24 hours. Sent again, it gets the same answer, with \`${REPLAYED_HEADER}: true\`.`,
    schema: { type: 'string', minLength: 1, maxLength: MAX_KEY_LENGTH, pattern: '^[!-~]+$' },
  });
}
