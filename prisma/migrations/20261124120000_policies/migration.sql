-- Named sets of days, shared by the jobs of a namespace.
CREATE TABLE "calendars" (
    "namespace_id" INTEGER        NOT NULL DEFAULT 1,
    "name"         TEXT           NOT NULL,
    "description"  TEXT,
    "mode"         TEXT           NOT NULL,
    "dates"        JSONB          NOT NULL DEFAULT '[]',
    "weekdays"     JSONB          NOT NULL DEFAULT '[]',
    "ranges"       JSONB          NOT NULL DEFAULT '[]',
    "revision"     INTEGER        NOT NULL DEFAULT 1,
    "created_at"   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at"   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "calendars_pkey" PRIMARY KEY ("namespace_id", "name"),
    CONSTRAINT "calendars_namespace_id_fkey" FOREIGN KEY ("namespace_id") REFERENCES "namespaces" ("id"),
    CONSTRAINT "calendars_mode_check" CHECK ("mode" IN ('exclude', 'only'))
);

ALTER TABLE "jobs"
    ADD COLUMN "max_runs"         INTEGER,
    ADD COLUMN "spread_seconds"   INTEGER  NOT NULL DEFAULT 0,
    ADD COLUMN "calendar"         TEXT,
    ADD COLUMN "missed"           JSONB    NOT NULL DEFAULT '{"policy": "once", "maxAgeSeconds": 86400, "maxCount": 100}',
    ADD COLUMN "overlap"          TEXT     NOT NULL DEFAULT 'skip',
    ADD COLUMN "priority"         SMALLINT NOT NULL DEFAULT 0,
    ADD COLUMN "auto_pause_after" INTEGER,
    ADD COLUMN "on_success"       INTEGER[] NOT NULL DEFAULT '{}',
    ADD COLUMN "on_failure"       INTEGER[] NOT NULL DEFAULT '{}',
    ADD COLUMN "on_finish"        INTEGER[] NOT NULL DEFAULT '{}',
    ADD COLUMN "exceptions"       JSONB    NOT NULL DEFAULT '[]',
    ADD COLUMN "paused_until"     TIMESTAMPTZ(3),
    -- What `H` and the spread derive from. Stays with the job for life, so that its times do too.
    ADD COLUMN "seed"             INTEGER  NOT NULL DEFAULT floor(random() * 2147483648)::integer,
    -- Occurrences that were started, against max_runs.
    ADD COLUMN "run_count"        INTEGER  NOT NULL DEFAULT 0,
    -- Against auto_pause_after; kept only where that is set.
    ADD COLUMN "failures_in_row"  INTEGER  NOT NULL DEFAULT 0,
    -- Whether runs of it may be held back until another one ends.
    ADD COLUMN "has_held_back"    BOOLEAN  NOT NULL DEFAULT false,
    ADD CONSTRAINT "jobs_overlap_check" CHECK ("overlap" IN ('skip', 'allow', 'queue', 'replace')),
    ADD CONSTRAINT "jobs_calendar_fkey" FOREIGN KEY ("namespace_id", "calendar")
        REFERENCES "calendars" ("namespace_id", "name");

-- The jobs that a change of a calendar concerns.
CREATE INDEX "jobs_calendar_idx" ON "jobs" ("namespace_id", "calendar") WHERE "calendar" IS NOT NULL;

-- Pauses that end by themselves.
CREATE INDEX "jobs_paused_until_idx" ON "jobs" ("paused_until") WHERE "paused_until" IS NOT NULL;

-- Asked after every batch of ends; nearly always empty.
CREATE INDEX "jobs_has_held_back_idx" ON "jobs" ("id") WHERE "has_held_back";

-- Which jobs start a given one: asked when it is deleted. Entries go straight in: a search would
-- otherwise read all those that are still pending.
CREATE INDEX "jobs_followers_idx" ON "jobs" USING gin (("on_success" || "on_failure" || "on_finish"))
    WITH (fastupdate = off)
    WHERE "on_success" || "on_failure" || "on_finish" <> '{}';

ALTER TABLE "runs"
    -- The instant that the schedule names, where the run is for another one: spread, or moved.
    ADD COLUMN "nominal_for" TIMESTAMPTZ(3),
    -- The job's, when the row was made.
    ADD COLUMN "priority"    SMALLINT NOT NULL DEFAULT 0,
    -- The run whose end has started this one, and what it answered.
    ADD COLUMN "cause"       JSONB;

-- Turns of runs that are not of ordinary priority; the others are found by wake_at.
CREATE INDEX "runs_priority_idx" ON "runs" ("priority" DESC, "wake_at")
    WHERE "wake_at" IS NOT NULL AND "priority" <> 0;

-- The stretches of instants that one row covers: the first one at or after an instant is the only
-- one that can hold it.
CREATE INDEX "runs_ranges_idx" ON "runs" ("job_id", "scheduled_for") WHERE "range_from" IS NOT NULL;

-- Every definition that a job has ever had. Rows are never changed.
CREATE TABLE "job_revisions" (
    "job_id"       INTEGER        NOT NULL,
    "revision"     INTEGER        NOT NULL,
    "namespace_id" INTEGER        NOT NULL,
    "action"       TEXT           NOT NULL,
    "actor"        TEXT           NOT NULL,
    "at"           TIMESTAMPTZ(3) NOT NULL,
    "definition"   JSONB          NOT NULL,

    CONSTRAINT "job_revisions_pkey" PRIMARY KEY ("job_id", "revision")
);

-- Jobs from before this table begin with what they are now.
INSERT INTO "job_revisions" ("job_id", "revision", "namespace_id", "action", "actor", "at", "definition")
SELECT id, revision, namespace_id, CASE WHEN deleted_at IS NULL THEN 'updated' ELSE 'deleted' END, 'api',
       coalesce(deleted_at, updated_at),
       jsonb_build_object(
         'key', key, 'name', name, 'description', description, 'type', type, 'payload', payload,
         'schedule', schedule, 'timezone', timezone, 'dst', dst,
         'startAt', to_char(start_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'endAt', to_char(end_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'maxRuns', max_runs, 'spreadSeconds', spread_seconds, 'calendar', calendar, 'missed', missed,
         'overlap', overlap, 'retry', retry, 'timeoutMs', timeout_ms, 'priority', priority,
         'autoPauseAfter', auto_pause_after, 'onSuccess', on_success, 'onFailure', on_failure,
         'onFinish', on_finish, 'labels', labels, 'isActive', is_active AND deleted_at IS NULL,
         'exceptions', exceptions, 'pausedReason', paused_reason, 'pausedUntil', paused_until)
  FROM jobs;

-- Requests with an `Idempotency-Key` that have had their effect, and what was answered.
CREATE TABLE "idempotency_keys" (
    "namespace_id" INTEGER        NOT NULL,
    "key"          TEXT           NOT NULL,
    -- Hash of method, path and body: a key belongs to one request.
    "fingerprint"  TEXT           NOT NULL,
    -- Null until the answer is known.
    "status"       SMALLINT,
    "headers"      JSONB,
    "body"         TEXT,
    "created_at"   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("namespace_id", "key")
);

-- Keys are forgotten after a day.
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" ("created_at");
