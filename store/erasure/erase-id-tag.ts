import { asOutage } from '../postgres-error.js';
import { eraseFromCommands } from './erase-from-commands.js';
import { eraseFromEdits } from './erase-from-edits.js';
import { eraseFromQuarantine } from './erase-from-quarantine.js';
import { eraseFromTransactions } from './erase-from-transactions.js';
import type { ErasureOptions } from './erasure-options.js';
import { Redaction } from './redact.js';

export interface Erased {
  /** Rows that named the person, and don't any more. */
  readonly transactions: number;
  readonly commands: number;
  readonly quarantine: number;
  readonly edits: number;
  /** Rows that do so still: commands that are under way, and open parts of which a redrive makes a session under the same id. */
  readonly kept: { readonly commands: number; readonly quarantine: number };
}

/**
 * Takes an id tag out of everything that the tables have, while roles run. No reading, no aggregate and no time of a session
 * changes. Broken off, it may be run again. Rejects with DATA_KEY_MISSING, DATA_UNREADABLE or DATABASE_UNAVAILABLE.
 */
export async function eraseIdTag(options: ErasureOptions): Promise<Erased> {
  const redaction = new Redaction(options.idTag);
  try {
    const transactions = await eraseFromTransactions(options, redaction);
    const commands = await eraseFromCommands(options, redaction);
    const quarantine = await eraseFromQuarantine(options, redaction);
    const edits = await eraseFromEdits(options, redaction);
    return {
      transactions,
      commands: commands.erased,
      quarantine: quarantine.erased,
      edits,
      kept: { commands: commands.kept, quarantine: quarantine.kept },
    };
  } catch (error) {
    throw asOutage(error);
  }
}
