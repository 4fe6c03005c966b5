import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../../server/embedded/embedded-postgres.js';
import { migrate } from '../../store/migrate.js';
import { code, page, table } from './markdown.js';

interface Table {
  readonly name: string;
  readonly comment: string;
  /** `RANGE (ts)`; null when it is not partitioned. */
  readonly partitioned: string | null;
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly standard: string | null;
  readonly comment: string | null;
}

interface Index {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  readonly primary: boolean;
  readonly unique: boolean;
}

interface Reference {
  readonly table: string;
  readonly definition: string;
}

/** Partitions and their indexes are left out: there is one a day. */
const OURS = `c.relnamespace = 'public'::regnamespace and not c.relispartition`;

const TABLES = `
  select c.relname as name, coalesce(obj_description(c.oid, 'pg_class'), '') as comment, pg_get_partkeydef(c.oid) as partitioned
  from pg_class c
  where ${OURS} and c.relkind in ('r', 'p')
  order by c.relname`;

const COLUMNS = `
  select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
    case when a.attidentity <> '' then 'identity' when a.attgenerated <> '' then 'generated'
      else pg_get_expr(d.adbin, d.adrelid) end as standard,
    col_description(c.oid, a.attnum) as comment
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where ${OURS} and c.relkind in ('r', 'p')
  order by c.relname, a.attnum`;

const INDEXES = `
  select c.relname as "table", i.relname as name, x.indisprimary as primary, x.indisunique as unique,
    regexp_replace(pg_get_indexdef(x.indexrelid), '^.* USING (btree )?', '') as definition
  from pg_index x
  join pg_class c on c.oid = x.indrelid
  join pg_class i on i.oid = x.indexrelid
  where ${OURS}
  order by c.relname, x.indisprimary desc, i.relname`;

const REFERENCES = `
  select c.relname as "table", pg_get_constraintdef(k.oid) as definition
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  where ${OURS} and k.contype in ('f', 'c') and k.conparentid = 0
  order by c.relname, k.contype desc, k.conname`;

/** The page `docs/schema.md`, made from the catalog of a migrated database. */
export async function schemaReference(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<Table>(TABLES);
    const { rows: columns } = await client.query<Column>(COLUMNS);
    const { rows: indexes } = await client.query<Index>(INDEXES);
    const { rows: references } = await client.query<Reference>(REFERENCES);
    return page(
      '# Schema',
      'The tables as `npm run migrate` makes them. This page is generated from the catalog of a migrated database by `npm run docs`; a test\n' +
        'fails when it differs. Times are `timestamptz`. Day partitions, `readings_YYYYMMDD`, are left out.',
      ...tables.map((each) =>
        section(
          each,
          columns.filter((column) => column.table === each.name),
          indexes.filter((index) => index.table === each.name),
          references.filter((reference) => reference.table === each.name),
        ),
      ),
    );
  } finally {
    await client.end();
  }
}

function section(
  { name, comment, partitioned }: Table,
  columns: readonly Column[],
  indexes: readonly Index[],
  references: readonly Reference[],
): string {
  const constraints = [
    ...(partitioned === null ? [] : [`partitioned by ${code(partitioned)}`]),
    ...indexes.map(({ name: index, definition, primary, unique }) =>
      primary
        ? `primary key ${code(definition)}`
        : `${unique ? 'unique index' : 'index'} ${code(index)}: ${code(definition)}`,
    ),
    ...references.map(({ definition }) => code(definition)),
  ];
  return [
    `## ${name}`,
    comment,
    table(
      ['column', 'type', 'null', 'default', 'meaning'],
      columns.map((column) => [
        code(column.name),
        column.type,
        column.nullable ? 'yes' : '',
        column.standard === null ? '' : code(column.standard),
        column.comment ?? '',
      ]),
    ),
    constraints.map((constraint) => `- ${constraint}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The same from an embedded PostgreSQL of its own, which is removed again. */
export async function schemaReferenceOfFreshDatabase(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-schema-'));
  const postgres = await EmbeddedPostgres.start({ dataDir: directory, settings: ['fsync=off'] });
  try {
    await migrate(postgres.url);
    return await schemaReference(postgres.url);
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
