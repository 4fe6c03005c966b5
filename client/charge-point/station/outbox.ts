import { fullJitterMs, type BackoffLimits } from '../../../helpers/backoff.js';
import type { Random } from '../../../helpers/seeded-random.js';
import type { OpenSocket } from '../../transport/connection.js';
import type { Heard, Wire } from '../wire/wire.js';
import type { Clock } from './clock.js';
import { judgeResult } from './judge-answer.js';
import type { Answer, Exchange, Message } from './message.js';

/** More than this many waiting messages are a mistake, such as a period that was forgotten. */
export const MAX_WAITING = 10_000;
/** A server may not hold a message back for longer. */
const LONGEST_HOLD_MS = 60_000;
const RETRY_BACKOFF: BackoffLimits = { baseMs: 200, capMs: 15_000 };
/** Close codes by which a server says that it can't take a frame at all: unsupported, not UTF-8, too large. */
const POISON_CODES = new Set([1003, 1007, 1009]);

export interface OutboxEvents {
  onSent(frame: string): void;
  onAnswered(exchange: Exchange, answer: Answer): void;
  onRetry(exchange: Exchange, error: HeardError, latencyMs: number, againInMs: number): void;
  /** No answer came in time to a message that is kept: the connection is no good. */
  onSilent(exchange: Exchange): void;
}

export interface OutboxParts {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  readonly answerTimeoutMs: number;
}

export type HeardError = Extract<Heard, { kind: 'error' }>;

/** An exchange while it is here. */
interface Entry extends Exchange {
  attempt: number;
  id: string;
  sentPayload: string | null;
  sentAt: number;
  readonly settle: (answer: Answer) => void;
}

/**
 * Messages in their order, one unanswered at a time, as OCPP-J demands. What is kept survives a lost connection and a server
 * that asks for a retry: it goes first on the next socket, with a new id.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #events: OutboxEvents;
  readonly #waiting: Entry[] = [];
  #outstanding: Entry | null = null;
  #socket: OpenSocket | null = null;
  #chargePointId = '';
  #numbers = 0;
  #retryRound = 0;
  #cancelTimeout: () => void = () => undefined;
  #cancelHold: (() => void) | null = null;

  constructor(parts: OutboxParts, events: OutboxEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  /** Messages that aren't settled. */
  get size(): number {
    return this.#waiting.length + (this.#outstanding === null ? 0 : 1);
  }

  /** In the order of sending. */
  get unsettled(): readonly Exchange[] {
    return this.#outstanding === null ? this.#waiting : [this.#outstanding, ...this.#waiting];
  }

  /** Sends it when its turn comes. The caller looks at {@link MAX_WAITING}. */
  add(message: Message): Exchange {
    const number = ++this.#numbers;
    let settle: (answer: Answer) => void = () => undefined;
    const settled = new Promise<Answer>((resolve) => (settle = resolve));
    const id = `m${number}`;
    const entry: Entry = { message, number, attempt: 0, id, sentPayload: null, sentAt: 0, settled, settle };
    this.#waiting.push(entry);
    this.#pump();
    return entry;
  }

  /** A socket is there. */
  opened(socket: OpenSocket, chargePointId: string): void {
    this.#socket = socket;
    this.#chargePointId = chargePointId;
    this.#pump();
  }

  /** The socket is gone. What it left unanswered goes first on the next one, unless the server choked on it. */
  closed(code: number): void {
    this.#socket = null;
    this.#release();
    const entry = this.#outstanding;
    this.#outstanding = null;
    if (entry === null) return;
    if (POISON_CODES.has(code))
      this.#settle(entry, 'rejected', `closed ${code}`, 'the server can not take such a frame');
    else if (entry.message.kept) this.#waiting.unshift(entry);
    else this.#settle(entry, 'unanswered', 'connection lost', 'the server may have heard it');
  }

  /** true when it belongs to what was sent. */
  hear(heard: Exclude<Heard, { kind: 'call' | 'noise' }>): boolean {
    const entry = this.#outstanding;
    if (entry === null || !isAnswerTo(entry, heard.id)) return false;
    this.#outstanding = null;
    this.#release();
    const latencyMs = this.#parts.clock.elapsed() - entry.sentAt;
    if (heard.kind === 'error' && heard.passing && entry.message.kept) this.#retry(entry, heard, latencyMs);
    else {
      this.#retryRound = 0;
      this.#finish(
        entry,
        heard.kind === 'result' ? judgeResult(heard.payload, latencyMs) : rejected(heard, latencyMs),
      );
    }
    this.#pump();
    return true;
  }

  /** Throws away what waits, and what is unanswered; the answer is how many that were. */
  clear(): number {
    const entries = [...this.unsettled] as Entry[];
    this.#release();
    this.#outstanding = null;
    this.#waiting.length = 0;
    for (const entry of entries) this.#settle(entry, 'discarded', '', 'the queue was cleared');
    return entries.length;
  }

  /** Ends every timer. */
  stop(): void {
    this.#release();
    this.#socket = null;
  }

  #pump(): void {
    while (this.#socket !== null && this.#outstanding === null && this.#cancelHold === null) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      this.#send(this.#socket, entry);
    }
  }

  #send(socket: OpenSocket, entry: Entry): void {
    const { wire, clock, answerTimeoutMs } = this.#parts;
    const payload = entry.message.payload();
    if (payload === null) {
      this.#settle(entry, 'discarded', '', 'its Start was refused');
      return;
    }
    const isRaw = entry.message.action === 'raw';
    entry.attempt++;
    entry.id = entry.attempt === 1 ? `m${entry.number}` : `m${entry.number}.${entry.attempt}`;
    entry.sentPayload = payload;
    entry.sentAt = clock.elapsed();
    const { id, message } = entry;
    const frame = isRaw
      ? payload
      : wire.encode({ id, chargePointId: this.#chargePointId, action: message.action, payload });
    this.#outstanding = entry;
    socket.send(frame);
    this.#events.onSent(frame);
    if (isRaw && !wire.expectsAnswer(frame)) {
      this.#outstanding = null;
      this.#finish(entry, answer('accepted', null, '', 'sent; it has no answer'));
      return;
    }
    this.#cancelTimeout = clock.after(answerTimeoutMs, () => this.#silent(entry));
  }

  #silent(entry: Entry): void {
    if (entry.message.kept) {
      this.#events.onSilent(entry);
      return;
    }
    this.#outstanding = null;
    this.#settle(entry, 'unanswered', 'no answer', `within ${this.#parts.answerTimeoutMs / 1_000} s`);
    this.#pump();
  }

  #retry(entry: Entry, error: HeardError, latencyMs: number): void {
    const { clock, random } = this.#parts;
    const asked = Math.min(error.retryAfterMs ?? 0, LONGEST_HOLD_MS);
    const holdMs = asked + fullJitterMs(this.#retryRound++, RETRY_BACKOFF, random);
    this.#waiting.unshift(entry);
    this.#cancelHold = clock.after(holdMs, () => {
      this.#cancelHold = null;
      this.#pump();
    });
    this.#events.onRetry(entry, error, latencyMs, holdMs);
  }

  #settle(entry: Entry, verdict: Answer['verdict'], code: string, description: string): void {
    this.#finish(entry, answer(verdict, null, code, description));
  }

  #finish(entry: Entry, result: Answer): void {
    this.#events.onAnswered(entry, result);
    entry.settle(result);
  }

  #release(): void {
    this.#cancelTimeout();
    this.#cancelTimeout = () => undefined;
    this.#cancelHold?.();
    this.#cancelHold = null;
  }
}

/** A typed frame has any id; a nameless error is about the only message that is unanswered. */
function isAnswerTo(entry: Entry, id: string | null): boolean {
  return id === null || id === entry.id || entry.message.action === 'raw';
}

function rejected({ code, description, path }: HeardError, latencyMs: number): Answer {
  return { verdict: 'rejected', latencyMs, code, description, path, payload: {} };
}

function answer(
  verdict: Answer['verdict'],
  latencyMs: number | null,
  code: string,
  description: string,
): Answer {
  return { verdict, latencyMs, code, description, path: '', payload: {} };
}
