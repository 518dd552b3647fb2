import { ApiHeader } from '@nestjs/swagger';

/** Says in the OpenAPI document that a route honours the header. */
export function ApiIfMatch(): MethodDecorator {
  return ApiHeader({ name: 'if-match', required: false, description: 'The `ETag` that was read.' });
}
