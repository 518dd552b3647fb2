/** The columns of `calendars` under the names of `NamedCalendar`, in the form of a select list. */
export const CALENDAR_COLUMNS = `
  namespace_id AS "namespaceId", name, description, mode, dates, weekdays, ranges, revision,
  created_at AS "createdAt", updated_at AS "updatedAt",
  (SELECT count(*)::integer
     FROM jobs
    WHERE jobs.namespace_id = calendars.namespace_id
      AND jobs.calendar = calendars.name
      AND jobs.deleted_at IS NULL) AS jobs`;
