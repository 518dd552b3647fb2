-- The release of the zone data that the next instants of all jobs derive from. One row.
CREATE TABLE "zone_data" (
    "id"         INTEGER        NOT NULL DEFAULT 1,
    -- Empty until a scheduler has told its own.
    "version"    TEXT           NOT NULL DEFAULT '',
    -- When it came into force: what it makes due from then on gets a run.
    "since"      TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- The last job that has been brought in line with it; null when all of them have been.
    "done_up_to" INTEGER,
    -- When all jobs are to be looked at again: others have planned by older data meanwhile.
    "repeat_at"  TIMESTAMPTZ(3),

    CONSTRAINT "zone_data_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "zone_data_one_row" CHECK ("id" = 1)
);

INSERT INTO "zone_data" DEFAULT VALUES;
