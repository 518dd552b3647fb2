import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** What a route takes for a body. */
export interface BodyKind {
  mediaType: string;
  maxKiB: number;
}

const JSON_BODY: BodyKind = { mediaType: 'application/json', maxKiB: 256 };

/** For a route that takes another body than JSON of at most 256 KiB. */
export function TakesBody(body: BodyKind): MethodDecorator {
  return RouteConfig({ body });
}

/** What the route of a request takes. */
export function bodyKindOf({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): BodyKind {
  const { body } = routeOptions.config as { body?: BodyKind };
  return body ?? JSON_BODY;
}
