import { AppError } from '../common/errors.ts';

export class CalendarNotFoundError extends AppError {
  readonly code = 'CALENDAR_NOT_FOUND';
  readonly status = 404;

  constructor(readonly calendar: string) {
    super(`No calendar has the name ${calendar}`);
  }
}

/** A name belongs to one calendar. */
export class CalendarExistsError extends AppError {
  readonly code = 'CALENDAR_EXISTS';
  readonly status = 409;

  constructor(readonly calendar: string) {
    super(`There is a calendar with the name ${calendar} already`);
  }
}

/** A calendar that jobs go by cannot be deleted; tells some of them. */
export class CalendarInUseError extends AppError {
  readonly code = 'CALENDAR_IN_USE';
  readonly status = 409;

  constructor(
    readonly calendar: string,
    readonly jobIds: readonly number[],
    readonly count: number,
  ) {
    const others = count - jobIds.length;
    const more = others > 0 ? ` and ${others} more` : '';
    const jobs = count === 1 ? '1 job' : `${count} jobs`;
    super(`The calendar ${calendar} is used by ${jobs}: ${jobIds.join(', ')}${more}`);
  }
}

/** Somebody else has changed the calendar since the caller read it, or there is none (`null`). */
export class CalendarChangedError extends AppError {
  readonly code = 'REVISION_MISMATCH';
  readonly status = 412;

  constructor(readonly revision: number | null) {
    super(
      revision === null
        ? 'There is no such calendar, so If-Match names none of its revisions'
        : `The calendar has been changed: If-Match does not name its revision "${revision}"`,
    );
  }
}
