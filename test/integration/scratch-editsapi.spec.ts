import { it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase } from '../support/database.ts';
import { openEngine } from '../support/engine.ts';
import '../support/quiet.ts';
it('measures', async () => {
  const database = await createDatabase();
  const engine = openEngine(database, { clock: new FakeClock('2026-11-24T09:00:00Z') });
  await database.query(`INSERT INTO jobs (name, schedule, dst, retry, timeout_ms, labels, next_run, created_at, updated_at)
    SELECT 'j', '* * * * *', '{"gap":"shift","overlap":"first"}', '{}', 1000, '{"team": "a"}', '2026-11-24T09:01:00Z', '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z' FROM generate_series(1, 3000)`);
  await database.query(`INSERT INTO job_revisions SELECT id, 1, 1, 'created', 'api', created_at, '{}' FROM jobs`);
  let t = performance.now();
  const r = await engine.bulk.run({ action: 'pause', labels: ['team=a'], until: '2026-11-24T09:30:00Z' });
  console.log('bulk pause', r.done, performance.now() - t);
  engine.clock.set('2026-11-24T09:30:00Z');
  t = performance.now();
  let n = 0; for (let k = 1; k > 0;) { k = await engine.resumer.tick(); n += k; }
  console.log('resumed', n, performance.now() - t);
  const plan = async (text: string, v: unknown[]) => { const c = await database.pool.connect(); const rows = (await c.query('EXPLAIN ' + text, v)).rows; c.release(); console.log(rows.map((x) => x['QUERY PLAN']).join('\n')); };
  await plan(`SELECT id FROM jobs WHERE paused_until <= $1 AND id <> ALL($2::integer[]) ORDER BY paused_until LIMIT 1 FOR NO KEY UPDATE OF jobs SKIP LOCKED`, [new Date(), []]);
  await plan(`SELECT paused_until FROM jobs WHERE paused_until IS NOT NULL AND id <> ALL($1::integer[]) ORDER BY paused_until LIMIT 1`, [[]]);
  await database.query(`INSERT INTO job_revisions SELECT 1, n, 1, 'updated', 'api', now(), jsonb_build_object('payload', repeat('x', 1000) || n) FROM generate_series(100, 3000) n`);
  await database.query('ANALYZE');
  const { readFileSync } = await import('node:fs');
  const src = readFileSync('src/jobs/revisions/revision-list.repository.ts', 'utf8');
  const sql = /const LIST = `([\s\S]*?)`;/.exec(src)![1]!;
  await database.query('RESET ALL');
  await plan('ANALYZE' + sql, [1, 1, 2147483647, 100, 1048576].slice());
  t = performance.now(); await engine.revisions.list(1, { limit: 1000 }); console.log('list', performance.now() - t);
  await database.drop();
}, 120000);
