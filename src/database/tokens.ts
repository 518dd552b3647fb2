/** Injection token of the `pg.Pool` that everything shares. */
export const POOL = Symbol('POOL');

/** Injection token of the database's connection string. */
export const DATABASE_URL = Symbol('DATABASE_URL');
