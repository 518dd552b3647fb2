/** The columns of `jobs` under the names of `Job`, in the form of a select list. */
export const JOB_COLUMNS = `
  id, namespace_id AS "namespaceId", key, name, description, type, payload, schedule, timezone,
  dst, start_at AS "startAt", end_at AS "endAt", retry, timeout_ms AS "timeoutMs", labels,
  is_active AS "isActive", last_run AS "lastRun", next_run AS "nextRun", paused_at AS "pausedAt",
  paused_reason AS "pausedReason", revision, created_at AS "createdAt", updated_at AS "updatedAt"`;
