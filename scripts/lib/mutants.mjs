/**
 * Builds of the service that are wrong on purpose. Each is the compiled service with some text
 * replaced, on a database that a statement has spoilt where that is part of it; `scenario` must
 * fail with it.
 */
const SKIP_LOCKED = 'FOR UPDATE SKIP LOCKED';
const WITHOUT_KEY = `
  ALTER TABLE runs DROP CONSTRAINT runs_pkey;
  CREATE INDEX ON runs (job_id, scheduled_for, ordinal);`;

export const MUTANTS = [
  {
    name: 'no unique key, and planners that do not lock',
    scenario: 'r01',
    sql: WITHOUT_KEY,
    edits: {
      'scheduler/planner.repository.js': [
        ['\n                FOR NO KEY UPDATE SKIP LOCKED`', '`'],
        ['\n                 ON CONFLICT (job_id, scheduled_for, ordinal) DO NOTHING`', '`'],
      ],
    },
  },
  {
    name: 'claims without SKIP LOCKED',
    scenario: 'r02',
    edits: {
      'worker/claim-statements.js': [
        [SKIP_LOCKED, ''],
        ['\n            FOR NO KEY UPDATE SKIP LOCKED) AS owner', ') AS owner'],
      ],
    },
  },
  {
    name: 'no fencing',
    scenario: 'r22',
    edits: {
      'worker/completions.repository.js': [
        ['\n                AND runs.fence = ended.fence', ''],
        [
          `\n                AND runs.status = 'running'\n                AND (runs.wake_at > $13) IS TRUE`,
          '\n                AND $13::timestamptz IS NOT NULL',
        ],
      ],
    },
  },
  {
    name: "the host's time",
    scenario: 'r27',
    edits: {
      'database/database-clock.js': [
        ['return new Date(performance.now() + this.offsetMs);', 'return new Date();'],
      ],
    },
  },
  {
    name: 'the next instant counts from the end of planning',
    scenario: 'r01',
    edits: {
      'scheduler/planner.repository.js': [
        [
          'planned.map(({ plan }) => plan?.next ?? null)',
          'planned.map(({ plan }) => plan?.next ? new Date(Date.now() + 5_000) : null)',
        ],
      ],
    },
  },
  {
    name: 'nobody listens to the errors of the pool',
    scenario: 'r15',
    edits: {
      'database/pool.js': [
        ["client.on('error', onError);", ''],
        ["pool.on('error', () => undefined);", ''],
      ],
      'database/gated-client.js': [["this.once('error', () => gate.doubt())", 'this']],
    },
  },
];
