/** The floor of the log in PostgreSQL: one INSERT a send, then pages by SELECT. No partitions, no order of keys, nobody is woken. */
import pg from 'pg';
import { serve } from '../child.js';
import { logContent } from '../log-content.js';
import { Pace, type PaceResult } from '../pace.js';
import { publishing, type PublishRequest, type PublishResult } from '../publishing.js';
import type { ConsumeRequest } from './bare-log.js';

const PAGE_ROWS = 2_000;

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] ?? '', max: 10 });
const content = logContent();

async function prepare(): Promise<void> {
  await pool.query(
    `create table bare_inbox (position bigint generated always as identity primary key,
       received_at timestamptz not null default now(), key text, payload bytea)`,
  );
}

function publish(request: PublishRequest): Promise<PublishResult> {
  return publishing(content, request, (send) =>
    pool.query({
      name: 'append',
      text: 'insert into bare_inbox (key, payload) select * from unnest($1::text[], $2::bytea[])',
      values: [send.map(({ key }) => key), send.map(({ value }) => Buffer.from(value))],
    }),
  );
}

async function consume({ warmUp, total }: ConsumeRequest): Promise<PaceResult> {
  const pace = new Pace(warmUp, total);
  for (let position = '0'; ;) {
    const { rows } = await pool.query<{ position: string; key: string; payload: Buffer }>({
      name: 'page',
      text: 'select position, key, payload from bare_inbox where position > $1 order by position limit $2',
      values: [position, PAGE_ROWS],
    });
    const last = rows.at(-1);
    if (last === undefined) break;
    position = last.position;
    pace.advance(rows.length, 0, 0);
  }
  return pace.finished;
}

serve({ prepare, publish, consume });
