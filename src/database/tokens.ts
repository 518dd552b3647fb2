/** Injection token of the `pg.Pool` that answers requests; Prisma uses it too. */
export const POOL = Symbol('POOL');

/** Injection token of the `pg.Pool` of planner and worker, which no flood of requests can exhaust. */
export const ENGINE_POOL = Symbol('ENGINE_POOL');

/** Injection token of the database's connection string. */
export const DATABASE_URL = Symbol('DATABASE_URL');
