import {
  openCommand,
  rewriteCommands,
  sealCommand,
  type CommandFields,
} from '../encryption/command-fields.js';
import { eraseFromRows } from './erase-from-rows.js';
import type { ErasureOptions } from './erasure-options.js';
import type { Redaction } from './redact.js';

const BATCH_ROWS = 500;

interface Row extends CommandFields {
  readonly isOpen: boolean;
}

const READ = `
  select id, state in ('queued', 'sent') as "isOpen", request, answer, error_details as "errorDetails",
    error_description as "errorDescription"
  from commands where ($1::uuid is null or id > $1) order by id limit ${BATCH_ROWS} for no key update`;

/** Reads all commands, since they may name people anywhere. One that is under way stays: it would say something else. */
export async function eraseFromCommands(
  options: ErasureOptions,
  redaction: Redaction,
): Promise<{ readonly erased: number; readonly kept: number }> {
  return eraseFromRows<Row>(options, {
    read: READ,
    batchRows: BATCH_ROWS,
    redact(cipher, stored) {
      const row = openCommand(cipher, stored);
      const left = {
        ...row,
        request: redaction.json(row.request),
        answer: redaction.json(row.answer),
        errorDetails: redaction.json(row.errorDetails),
        errorDescription: row.errorDescription === null ? null : redaction.prose(row.errorDescription),
      };
      const isNamed =
        left.request !== row.request ||
        left.answer !== row.answer ||
        left.errorDetails !== row.errorDetails ||
        left.errorDescription !== row.errorDescription;
      if (!isNamed) return null;
      return row.isOpen ? 'kept' : sealCommand(cipher, left);
    },
    write: rewriteCommands,
  });
}
