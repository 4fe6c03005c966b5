import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuditFilter } from '../../store/audit/read-audit.js';
import { runAudit } from '../compose/audit.js';
import {
  auditEncoder,
  presentEntry,
  textLine,
  type AuditFormat,
  type PresentedEntry,
} from './audit-lines.js';

/** Runs `audit` as the command line says. */
export async function runAuditCommand(
  filter: AuditFilter,
  limit: number,
  format: AuditFormat | 'text' | 'json',
): Promise<void> {
  if (format === 'json') {
    const items: PresentedEntry[] = [];
    for await (const page of runAudit(filter, limit)) items.push(...page.map(presentEntry));
    console.log(JSON.stringify({ items }));
    return;
  }
  const { header, line } =
    format === 'text'
      ? { header: '', line: (row: Parameters<typeof textLine>[0]) => `${textLine(row)}\n` }
      : auditEncoder(format);
  async function* lines(): AsyncGenerator<string> {
    if (header !== '') yield header;
    let isEmpty = true;
    for await (const page of runAudit(filter, limit)) {
      isEmpty = false;
      yield page.map(line).join('');
    }
    if (isEmpty && format === 'text') yield 'There is no such entry.\n';
  }
  try {
    // As fast as it is taken: an export of years stays as small in memory.
    await pipeline(Readable.from(lines()), process.stdout, { end: false });
  } catch (error) {
    // Whoever reads has seen enough, as `head` has.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}
