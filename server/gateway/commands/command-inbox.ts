import type { Logger } from 'pino';
import type { EncodedCall } from '../../../protocol/charger-protocol.js';
import { Gathered } from '../../../helpers/gathered.js';
import type { ClaimedCommand } from '../../../store/commands/claim-commands.js';
import type { CommandEnd } from '../../../store/commands/command-state.js';
import type { EndedCommand } from '../../../store/commands/end-commands.js';
import type { QueuedCommand } from '../../../store/commands/queued-commands.js';
import type { Session } from '../sessions/session.js';
import type { CallOutcome, OutgoingCall, ReadyCall } from './outgoing-calls.js';

/** The commands in the database, of one gateway process. All reject with DATABASE_UNAVAILABLE. */
export interface CommandStore {
  /** Makes queued commands this process' to send; those missing are not to be sent. */
  claim(ids: readonly string[]): Promise<ReadonlyMap<string, ClaimedCommand>>;
  /** Those that wait for a gateway, page by page. */
  queued(): AsyncIterable<readonly QueuedCommand[]>;
}

const CLAIMS_MAX = 500;
/** Of a charge point's answer: more is not kept. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Commands for the charge points of this process: each waits for its turn at its socket, is claimed (so that it is sent at
 * most once, and never after its time), sent, and ended by what comes back.
 */
export class CommandInbox {
  private readonly claims: Gathered<string, ClaimedCommand | null>;

  constructor(
    private readonly store: CommandStore,
    private readonly ends: { put(ended: EndedCommand): void },
    private readonly holder: (chargePointId: string) => Session | undefined,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.claims = new Gathered(async (ids) => {
      const claimed = await store.claim(ids);
      return ids.map((id) => claimed.get(id) ?? null);
    }, CLAIMS_MAX);
  }

  /** A command waits. Nothing happens where its charge point isn't connected here. */
  offer({ id, chargePointId }: QueuedCommand): void {
    const session = this.holder(chargePointId);
    if (session === undefined || !session.socket.isServing || session.calls.has(id)) return;
    if (!session.calls.request(this.callOf(id, session))) {
      this.end(id, failed('queue_full', 'too many commands wait for this charge point'), false);
    }
  }

  /** Looks for commands that nobody told of. Rejects with DATABASE_UNAVAILABLE. */
  async poll(): Promise<void> {
    for await (const commands of this.store.queued()) for (const command of commands) this.offer(command);
  }

  private callOf(id: string, session: Session): OutgoingCall {
    let action = '';
    return {
      messageId: id,
      prepare: () =>
        this.prepare(id, session, (claimed) => {
          action = claimed.action;
        }),
      ended: (outcome) => {
        const { end, wasSent } = endOf(outcome);
        this.end(id, end, wasSent);
        if (end.state === 'answered') this.noteAnswer(session, id, action, end.answer);
      },
    };
  }

  private async prepare(
    id: string,
    session: Session,
    onClaimed: (claimed: ClaimedCommand) => void,
  ): Promise<ReadyCall | null> {
    const startedAt = this.now();
    let claimed: ClaimedCommand | null;
    try {
      claimed = await this.claims.put(id);
    } catch (error) {
      // It stays queued, and is found again by a poll; one that was claimed all the same is never sent.
      this.logger.debug({ err: error, id }, 'a command could not be claimed');
      return null;
    }
    if (claimed === null) return null;
    onClaimed(claimed);
    const encoded = this.encode(session, claimed);
    if (encoded === null) {
      this.end(id, failed('unknown_action', `${session.protocol.name} has no calls to its clients`), false);
      return null;
    }
    if (!encoded.ok) {
      const where = encoded.path === '' ? '' : `${encoded.path}: `;
      this.end(id, failed(encoded.fault, `${where}${encoded.detail}`), false);
      return null;
    }
    const timeoutMs = claimed.remainingMs - (this.now() - startedAt);
    if (timeoutMs > 0) return { text: encoded.text, timeoutMs };
    this.end(id, { state: 'expired' }, false);
    return null;
  }

  private encode({ protocol }: Session, { id, action, payload }: ClaimedCommand): EncodedCall | null {
    try {
      return protocol.encodeCall?.(id, action, payload) ?? null;
    } catch (error) {
      this.logger.error({ err: error, id, action }, 'a call could not be encoded');
      return { ok: false, fault: 'invalid_payload', path: '', detail: 'internal error' };
    }
  }

  /** An answer that isn't to the letter counts all the same; whoever wonders at it finds why in the log. */
  private noteAnswer(
    { protocol, chargePointId }: Session,
    id: string,
    action: string,
    answer: unknown,
  ): void {
    const notes = protocol.judgeReply?.(action, answer) ?? [];
    if (notes.length === 0) return;
    this.logger.info({ id, chargePointId, action, notes }, 'an answer to a command differs from its schema');
  }

  private end(id: string, end: CommandEnd, wasSent: boolean): void {
    this.ends.put({ id, end, wasSent });
  }
}

function endOf(outcome: CallOutcome): { readonly end: CommandEnd; readonly wasSent: boolean } {
  switch (outcome.kind) {
    case 'timed_out':
      return { end: { state: 'timed_out' }, wasSent: true };
    case 'closed':
      return outcome.wasSent
        ? { end: failed('connection_lost', 'the connection ended before the answer'), wasSent: true }
        : { end: failed('not_connected', 'the connection ended before the call was sent'), wasSent: false };
    case 'replied': {
      const { reply } = outcome;
      const kept = reply.kind === 'result' ? reply.payload : reply.details;
      const bytes = Buffer.byteLength(JSON.stringify(kept ?? null));
      if (bytes > MAX_ANSWER_BYTES) {
        const detail = `the answer has ${bytes} bytes, of which at most ${MAX_ANSWER_BYTES} are kept`;
        return { end: failed('answer_too_large', detail), wasSent: true };
      }
      return reply.kind === 'result'
        ? { end: { state: 'answered', answer: reply.payload }, wasSent: true }
        : {
            end: {
              state: 'error',
              code: reply.code,
              description: reply.description,
              details: reply.details,
            },
            wasSent: true,
          };
    }
  }
}

function failed(failure: Extract<CommandEnd, { state: 'failed' }>['failure'], detail: string): CommandEnd {
  return { state: 'failed', failure, detail };
}
