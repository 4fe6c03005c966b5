import type { AuditRow } from '../../store/audit/read-audit.js';
import { csvEncoder } from '../api/encode-csv.js';

export const AUDIT_FORMATS = ['csv', 'ndjson'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

const COLUMNS = [
  'at',
  'until',
  'count',
  'action',
  'outcome',
  'actor',
  'actorKind',
  'subject',
  'address',
  'source',
  'requestId',
  'databaseRole',
  'detail',
] as const;

/** An entry as JSON has it, in the order of CSV's columns. */
export type PresentedEntry = Readonly<Record<(typeof COLUMNS)[number], unknown>>;

export function presentEntry(row: AuditRow): PresentedEntry {
  return {
    at: row.at.toISOString(),
    until: row.until?.toISOString() ?? null,
    count: row.count,
    action: row.action,
    outcome: row.outcome,
    actor: row.actor,
    actorKind: row.actorKind,
    subject: row.subject,
    address: row.address,
    source: row.source,
    requestId: row.requestId,
    databaseRole: row.databaseRole,
    detail: row.detail,
  };
}

/** Of right-to-left text and the like: names are whatever somebody sent. Control characters don't come into the table. */
const INVISIBLE = /\p{Cf}/gu;

/** For a person: one line an entry. */
export function textLine(row: AuditRow): string {
  const { action, outcome, actor, actorKind, subject, address, count, detail } = row;
  const who = actor === null ? actorKind : `${actor} (${actorKind})`;
  const often = count > 1 ? ` ${count} times` : '';
  const more = Object.keys(detail).length === 0 ? '' : ` ${JSON.stringify(detail)}`;
  const parts = [
    `${row.at.toISOString()} ${action} ${outcome}${often}`,
    `by ${who}`,
    `from ${address ?? 'various'}`,
  ];
  const line = [...parts, ...(subject === null ? [] : [`to ${subject}`])].join('  ');
  return `${line}${more}`.replace(INVISIBLE, '\ufffd');
}

/** Header (of CSV), and what makes a line of an entry. */
export function auditEncoder(format: AuditFormat): {
  readonly header: string;
  readonly line: (row: AuditRow) => string;
} {
  if (format === 'ndjson') {
    return { header: '', line: (row) => `${JSON.stringify(presentEntry(row))}\n` };
  }
  const csv = csvEncoder(COLUMNS);
  return {
    header: csv.header,
    line: (row) => csv.row({ ...presentEntry(row), detail: JSON.stringify(row.detail) }),
  };
}
