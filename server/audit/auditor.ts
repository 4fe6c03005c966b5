import type { AuditEntry } from '../../store/audit/audit-entry.js';
import type { RefusalEntry } from './refusal-groups.js';

/**
 * What all doors tell who they refused and what they gave out; neither waits for anything. A change is no matter of this: it
 * is in the audit by its own transaction (`store/audit/audited.ts`).
 */
export interface Auditor {
  /** Somebody was refused, or what they asked for failed: those alike are counted together. @param times default 1. */
  refused(refusal: RefusalEntry, times?: number): void;
  /** Something that is an entry of its own. */
  note(entry: AuditEntry): void;
}

/** For where there is no database to write to. */
export const NO_AUDIT: Auditor = { refused: () => undefined, note: () => undefined };
