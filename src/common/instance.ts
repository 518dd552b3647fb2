import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** The name of this process among all others, as it stands in the ledger and in `pg_stat_activity`. */
export const INSTANCE = `${hostname().slice(0, 40)}-${process.pid}-${randomBytes(3).toString('hex')}`;
