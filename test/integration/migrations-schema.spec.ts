import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const SCHEMA = fileURLToPath(new URL('../../prisma/schema.prisma', import.meta.url));

interface Column {
  name: string;
  type: string;
  nullable: boolean;
}

/** Prisma's scalar types as PostgreSQL names them. */
const TYPES: Record<string, string> = {
  Int: 'int4',
  String: 'text',
  Boolean: 'bool',
  Json: 'jsonb',
};

/** What `@db` says instead. */
const NATIVE: Record<string, string> = { Timestamptz: 'timestamptz(3)', SmallInt: 'int2' };

const TABLES = [
  'calendars',
  'idempotency_keys',
  'job_revisions',
  'jobs',
  'namespaces',
  'runs',
  'zone_data',
];

describe('the schema that Prisma knows', () => {
  let database: TestDatabase;
  let schema: string;

  beforeAll(async () => {
    database = await createDatabase();
    schema = await readFile(SCHEMA, 'utf8');
  });
  afterAll(() => database.drop());

  it.each(TABLES)('has the columns of %s as they are', async (table) => {
    expect(modelColumns(table)).toEqual(await tableColumns(table));
  });

  it('has every table, apart from those that Prisma does not need to see', async () => {
    const rows = await database.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
        WHERE relkind IN ('r', 'p') AND NOT relispartition
          AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'
        ORDER BY 1`,
    );

    expect(blocks('model').map(mapped).sort()).toEqual(rows.map(({ name }) => name));
  });

  it.each(['run_status', 'run_trigger'])('has the values of %s in their order', async (name) => {
    const rows = await database.query<{ value: string }>(
      `SELECT unnest(enum_range(NULL::${name}))::text AS value`,
    );

    const block = blocks('enum').find((text) => mapped(text) === name) ?? '';
    const values = block.match(/^ {2}[a-z]+$/gm)?.map((line) => line.trim());
    expect(values).toEqual(rows.map(({ value }) => value));
  });

  it('has the primary keys as they are', async () => {
    const rows = await database.query<{ table: string; key: string[] }>(
      `SELECT conrelid::regclass::text AS table,
              (SELECT array_agg(attname::text ORDER BY position)
                 FROM unnest(conkey) WITH ORDINALITY AS part (number, position)
                 JOIN pg_attribute ON attrelid = conrelid AND attnum = number) AS key
         FROM pg_constraint
        WHERE contype = 'p' AND conrelid::regclass::text = ANY($1)
        ORDER BY 1`,
      [TABLES],
    );

    expect(rows).toEqual([
      { table: 'calendars', key: ['namespace_id', 'name'] },
      { table: 'idempotency_keys', key: ['namespace_id', 'key'] },
      { table: 'job_revisions', key: ['job_id', 'revision'] },
      { table: 'jobs', key: ['id'] },
      { table: 'namespaces', key: ['id'] },
      { table: 'runs', key: ['job_id', 'scheduled_for', 'ordinal'] },
      { table: 'zone_data', key: ['id'] },
    ]);
    for (const key of ['jobId, scheduledFor, ordinal', 'jobId, revision', 'namespaceId, key']) {
      expect(schema).toContain(`@@id([${key}])`);
    }
    expect(schema.match(/ @id @default\(autoincrement\(\)\)/g)).toHaveLength(2);
  });

  function blocks(kind: 'model' | 'enum'): string[] {
    return schema.match(new RegExp(`^${kind} \\w+ \\{\\n[^]*?^\\}`, 'gm')) ?? [];
  }

  /** Every field that is a column, in the order of names. */
  function modelColumns(table: string): Column[] {
    const model = blocks('model').find((text) => mapped(text) === table) ?? '';
    const enums = new Map(blocks('enum').map((text) => [nameOf(text), mapped(text)]));
    return [...model.matchAll(/^ {2}(\w+) +(\w+)(\?|\[\])? *(.*)$/gm)]
      .flatMap(([, field = '', type = '', suffix, attributes = '']) => {
        const native = NATIVE[/@db\.(\w+)/.exec(attributes)?.[1] ?? ''];
        const column = native ?? TYPES[type] ?? enums.get(type);
        if (column === undefined) return [];
        const name = /@map\("(\w+)"\)/.exec(attributes)?.[1] ?? field;
        return [{ name, type: suffix === '[]' ? `_${column}` : column, nullable: suffix === '?' }];
      })
      .sort(byName);
  }

  async function tableColumns(table: string): Promise<Column[]> {
    const rows = await database.query<Column>(
      `SELECT column_name AS name,
              udt_name || CASE WHEN udt_name = 'timestamptz'
                               THEN '(' || datetime_precision || ')' ELSE '' END AS type,
              is_nullable = 'YES' AS nullable
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
      [table],
    );
    return rows.sort(byName);
  }
});

function byName(a: Column, b: Column): number {
  return a.name < b.name ? -1 : 1;
}

function nameOf(block: string): string {
  return /^\w+ (\w+)/.exec(block)?.[1] ?? '';
}

function mapped(block: string): string {
  return /@@map\("(\w+)"\)/.exec(block)?.[1] ?? '';
}
