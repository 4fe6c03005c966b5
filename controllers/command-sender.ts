import type { EncodedCall } from '../protocol/charger-protocol.js';
import type { AuditOrigin } from '../store/audit/audit-entry.js';
import type { NewCommand } from '../store/commands/insert-command.js';

/** The way of commands to whichever gateway process has the charge point's socket. */
export interface CommandSender {
  /**
   * Queues a command and resolves with its id when it has ended, its time is up, or this process stops; null: too many are
   * waited for already, nothing was queued. Rejects with DATABASE_UNAVAILABLE: it may be queued and sent all the same.
   */
  send(command: Omit<NewCommand, 'id'>, origin: AuditOrigin): Promise<string | null>;
}

/** Judges a call as the gateways will; null: the protocol has no calls to its clients, undefined: not known here. */
export type CallJudge = (
  protocol: string,
  action: string,
  payload: unknown,
) => EncodedCall | null | undefined;
