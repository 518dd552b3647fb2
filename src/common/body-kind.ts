import { RouteConfig } from '@nestjs/platform-fastify';

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

/** What the route of a request takes; JSON, too, where no route was found. */
export function bodyKindOf({ routeOptions }: { routeOptions?: { config: object } }): BodyKind {
  const { body = JSON_BODY }: { body?: BodyKind } = routeOptions?.config ?? {};
  return body;
}
