import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { type BodyKind, bodyKindOf } from '../common/body-kind.ts';
import { MAX_FILE_KIB } from './limits.ts';

/** An iCalendar file. */
export const CALENDAR_BODY: BodyKind = { mediaType: 'text/calendar', maxKiB: MAX_FILE_KIB };

/** Lets iCalendar through to the routes that take it, as text; elsewhere it is refused as before. */
export function readCalendarBodies(fastify: FastifyInstance): void {
  const { mediaType, maxKiB } = CALENDAR_BODY;
  fastify.addContentTypeParser<string>(
    mediaType,
    { parseAs: 'string', bodyLimit: maxKiB * 1_024 },
    (request, body, done) => {
      const isTaken = bodyKindOf(request).mediaType === mediaType;
      if (isTaken) done(null, body);
      else done(new UnsupportedMediaTypeException());
    },
  );
}
