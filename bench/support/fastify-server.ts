import { fastify } from 'fastify';
import pg from 'pg';

/** As many as the service's own pool holds. */
const CONNECTIONS = 12;

const [, , url] = process.argv;
const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
const app = fastify();

interface ById {
  Params: { id: string };
}
interface WithBody extends ById {
  Body: { name: string; schedule: string };
}

/** The least that an answer can cost here: no database, then one prepared statement each. */
app.get('/bare', () => ({ id: 1, name: 'bare', isActive: true }));

app.get<ById>('/jobs/:id', async ({ params }) => {
  const text = 'SELECT * FROM jobs WHERE id = $1';
  return (await pool.query({ name: 'get', text, values: [params.id] })).rows[0] as unknown;
});

app.get('/jobs', async () => {
  const text = 'SELECT * FROM jobs WHERE deleted_at IS NULL ORDER BY id LIMIT 100';
  return (await pool.query({ name: 'list', text })).rows as unknown;
});

app.post<WithBody>('/jobs', async ({ body }, reply) => {
  const text = `INSERT INTO jobs (name, schedule, is_active, dst, retry, timeout_ms)
                VALUES ($1, $2, false, '{}', '{}', 30000) RETURNING *`;
  const { rows } = await pool.query({ name: 'create', text, values: [body.name, body.schedule] });
  return reply.status(201).send(rows[0]);
});

app.patch<WithBody>('/jobs/:id', async ({ params, body }) => {
  const text = 'UPDATE jobs SET name = $2, updated_at = now() WHERE id = $1 RETURNING *';
  const { rows } = await pool.query({ name: 'update', text, values: [params.id, body.name] });
  return rows[0] as unknown;
});

process.send?.(await app.listen({ port: 0, host: '127.0.0.1' }));
