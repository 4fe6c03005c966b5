import type { CallReply } from '../../../protocol/charger-protocol.js';

/** How a call went. */
export type CallOutcome =
  | { readonly kind: 'replied'; readonly reply: CallReply }
  | { readonly kind: 'timed_out' }
  /** The socket closed first. */
  | { readonly kind: 'closed'; readonly wasSent: boolean };

/** A call's text, and how long its answer may take from now, ms. */
export interface ReadyCall {
  readonly text: string;
  readonly timeoutMs: number;
}

/** One call to a charge point, waiting for its turn. */
export interface OutgoingCall {
  /** OCPP's id of the message. */
  readonly messageId: string;
  /** It is this call's turn. null: it is not to be sent (any more). Never rejects. */
  prepare(): Promise<ReadyCall | null>;
  /** Called once for each call that was taken in and not given up by {@link prepare}. */
  ended(outcome: CallOutcome): void;
}

/** What became of a reply. `late`: its call had timed out; `unknown`: no call of ours has its id. */
export type ReplyFate = 'matched' | 'late' | 'unknown';

/** Calls that may wait behind the one whose answer is awaited. */
export const MAX_WAITING_CALLS = 8;

interface Awaited {
  readonly call: OutgoingCall;
  timer: NodeJS.Timeout | undefined;
  wasSent: boolean;
}

/**
 * Calls from us to one charge point. OCPP-J (1.6, section 4.1.1): one is outstanding at a time, whatever the charge point
 * asks of us meanwhile; the next one goes out when it was answered or timed out.
 */
export class OutgoingCalls {
  private readonly waiting: OutgoingCall[] = [];
  private awaited: Awaited | null = null;
  private lastTimedOut: string | null = null;
  private isClosed = false;

  /** @param send false: the socket is closing. */
  constructor(private readonly send: (text: string) => boolean) {}

  /** Calls whose end is not known. */
  get size(): number {
    return this.waiting.length + (this.awaited === null ? 0 : 1);
  }

  has(messageId: string): boolean {
    return (
      this.awaited?.call.messageId === messageId || this.waiting.some((call) => call.messageId === messageId)
    );
  }

  /** False: too many wait, or the socket is closed. */
  request(call: OutgoingCall): boolean {
    if (this.isClosed || this.waiting.length >= MAX_WAITING_CALLS) return false;
    this.waiting.push(call);
    if (this.awaited === null) void this.next();
    return true;
  }

  reply(reply: CallReply): ReplyFate {
    const { awaited } = this;
    if (awaited?.wasSent === true && awaited.call.messageId === reply.messageId) {
      this.finish(awaited, { kind: 'replied', reply });
      return 'matched';
    }
    return reply.messageId === this.lastTimedOut ? 'late' : 'unknown';
  }

  /** The socket is closed: nothing is sent or answered any more. */
  close(): void {
    this.isClosed = true;
    // Taken out first: none of them must become the next one.
    const waiting = this.waiting.splice(0);
    const { awaited } = this;
    if (awaited?.wasSent === true) this.finish(awaited, { kind: 'closed', wasSent: true });
    // One that is being prepared ends when it is.
    for (const call of waiting) call.ended({ kind: 'closed', wasSent: false });
  }

  private async next(): Promise<void> {
    const call = this.waiting.shift();
    if (call === undefined) return;
    const awaited: Awaited = { call, timer: undefined, wasSent: false };
    this.awaited = awaited;
    const ready = await call.prepare();
    if (ready === null) {
      this.release(awaited);
    } else if (this.isClosed || !this.send(ready.text)) {
      this.finish(awaited, { kind: 'closed', wasSent: false });
    } else {
      awaited.wasSent = true;
      awaited.timer = setTimeout(() => {
        this.lastTimedOut = call.messageId;
        this.finish(awaited, { kind: 'timed_out' });
      }, ready.timeoutMs);
    }
  }

  private finish(awaited: Awaited, outcome: CallOutcome): void {
    clearTimeout(awaited.timer);
    awaited.call.ended(outcome);
    this.release(awaited);
  }

  private release(awaited: Awaited): void {
    if (this.awaited !== awaited) return;
    this.awaited = null;
    void this.next();
  }
}
