-- Tenants. There is one until tenancy comes; every job and run names it from the start.
CREATE TABLE "namespaces" (
    "id"   SERIAL NOT NULL,
    "name" TEXT   NOT NULL,

    CONSTRAINT "namespaces_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "namespaces_name_key" ON "namespaces" ("name");

INSERT INTO "namespaces" ("name") VALUES ('default');

-- What users register. A deleted job stays as a tombstone, since its history outlives it.
-- Half of each page stays free for new versions of its rows: a start changes nothing but last_run,
-- and where the new version fits beside the old one no index has to be touched.
CREATE TABLE "jobs" (
    "id"            SERIAL         NOT NULL,
    "namespace_id"  INTEGER        NOT NULL DEFAULT 1,
    "key"           TEXT,
    "name"          TEXT           NOT NULL,
    "description"   TEXT,
    "type"          TEXT           NOT NULL DEFAULT 'log',
    "payload"       JSONB,
    "schedule"      TEXT           NOT NULL,
    "timezone"      TEXT           NOT NULL DEFAULT 'UTC',
    "dst"           JSONB          NOT NULL,
    "start_at"      TIMESTAMPTZ(3),
    "end_at"        TIMESTAMPTZ(3),
    "retry"         JSONB          NOT NULL,
    "timeout_ms"    INTEGER        NOT NULL,
    "labels"        JSONB          NOT NULL DEFAULT '{}',
    "is_active"     BOOLEAN        NOT NULL DEFAULT true,
    "last_run"      TIMESTAMPTZ(3),
    "next_run"      TIMESTAMPTZ(3),
    "paused_at"     TIMESTAMPTZ(3),
    "paused_reason" TEXT,
    "revision"      INTEGER        NOT NULL DEFAULT 1,
    "created_at"    TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at"    TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at"    TIMESTAMPTZ(3),

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "jobs_namespace_id_fkey" FOREIGN KEY ("namespace_id") REFERENCES "namespaces" ("id")
) WITH (fillfactor = 50);

-- Serves the planner: what is due first, and active jobs that have lost their next instant.
CREATE INDEX "jobs_next_run_idx" ON "jobs" ("next_run") WHERE "is_active";

-- A client's own key names one living job. Without keys it must not look like a way to all jobs of
-- a namespace, which the query planner would prefer to the primary key before it has statistics.
CREATE UNIQUE INDEX "jobs_namespace_id_key_key" ON "jobs" ("namespace_id", "key")
    WHERE "deleted_at" IS NULL AND "key" IS NOT NULL;

CREATE TYPE "run_status" AS ENUM (
    'planned', 'queued', 'running', 'succeeded', 'failed', 'skipped', 'cancelled', 'lost'
);

CREATE TYPE "run_trigger" AS ENUM ('schedule', 'manual', 'missed', 'backfill', 'chain', 'retry');

-- The ledger: one row for an occurrence (ordinal 0), one for each start by hand (ordinal 1 and up),
-- or one for a range of skipped instants. The primary key is what makes an occurrence unique.
-- No foreign key to jobs: the planner holds the job's lock when it inserts, history outlives the
-- job, and a check for each of many thousand rows a second would buy nothing.
CREATE TABLE "runs" (
    "scheduled_for" TIMESTAMPTZ(3) NOT NULL,
    "wake_at"       TIMESTAMPTZ(3),
    "queued_at"     TIMESTAMPTZ(3),
    "started_at"    TIMESTAMPTZ(3),
    "finished_at"   TIMESTAMPTZ(3),
    "range_from"    TIMESTAMPTZ(3),
    "range_to"      TIMESTAMPTZ(3),
    "job_id"        INTEGER        NOT NULL,
    "ordinal"       INTEGER        NOT NULL DEFAULT 0,
    "namespace_id"  INTEGER        NOT NULL,
    "status"        "run_status"   NOT NULL,
    "trigger"       "run_trigger"  NOT NULL,
    "attempt"       INTEGER        NOT NULL DEFAULT 0,
    "fence"         INTEGER        NOT NULL DEFAULT 0,
    "revision"      INTEGER,
    "range_count"   INTEGER,
    "reason"        TEXT,
    "worker"        TEXT,
    "error"         TEXT,
    "result"        JSONB,
    "payload"       JSONB,
    "attempts"      JSONB,
    "log"           JSONB,

    CONSTRAINT "runs_pkey" PRIMARY KEY ("job_id", "scheduled_for", "ordinal")
) PARTITION BY RANGE ("scheduled_for");

-- What the engine must look at next: the start of a waiting run, the end of a running one's lease.
CREATE INDEX "runs_wake_at_idx" ON "runs" ("wake_at") WHERE "wake_at" IS NOT NULL;

-- The living runs of one job: for overlap, and for edits that withdraw what was planned.
CREATE INDEX "runs_job_id_idx" ON "runs" ("job_id") WHERE "wake_at" IS NOT NULL;

-- Serves the ledger across jobs, newest first.
CREATE INDEX "runs_scheduled_for_idx" ON "runs" ("scheduled_for", "job_id", "ordinal");

-- Takes what has no partition of its own, so that no insert fails for want of one.
CREATE TABLE "runs_default" PARTITION OF "runs" DEFAULT;
