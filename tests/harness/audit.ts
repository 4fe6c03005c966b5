import pg from 'pg';
import type { AuditOrigin } from '../../store/audit/audit-entry.js';

/** Somebody of a test, for the audit. */
export const TEST_ORIGIN: AuditOrigin = {
  actor: 'test',
  actorKind: 'key',
  address: '192.0.2.1',
  source: 'api',
  requestId: null,
};

export interface AuditedRow {
  readonly action: string;
  readonly outcome: string;
  readonly actor: string | null;
  readonly kind: string;
  readonly subject: string | null;
  readonly address: string | null;
  readonly source: string;
  readonly requestId: string | null;
  readonly count: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** All that the audit of a database has, in its order. */
export async function auditOf(databaseUrl: string): Promise<readonly AuditedRow[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<AuditedRow>(
      `select action, outcome, actor, actor_kind as kind, subject, address, source, request_id as "requestId",
         count::int, detail from audit order by id`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
