import { fullJitterMs, type BackoffLimits } from '../../helpers/backoff.js';
import type { OpenSocket } from '../transport/connection.js';
import type { Heard } from '../wire/wire.js';
import { judgeError, judgeResult, withoutAnswer } from './judge-answer.js';
import type { Answer, Exchange, Message } from './message.js';
import type { HeardError, OutboxEvents, OutboxParts } from './outbox-parts.js';
import { WaitingLine, type Waiting } from './waiting-line.js';

/** More than this many waiting messages are a mistake, such as a period that was forgotten. */
export const MAX_WAITING = 10_000;
/** A server may not hold a message back for longer. */
const LONGEST_HOLD_MS = 60_000;
const RETRY_BACKOFF: BackoffLimits = { baseMs: 200, capMs: 15_000 };
/** Close codes by which a server says that it can't take a frame at all: unsupported, not UTF-8, too large. */
const POISON_CODES = new Set([1003, 1007, 1009]);

export interface AddOptions {
  /** So many later messages go first, as on a network that doesn't keep the order. Default 0. */
  readonly overtakenBy?: number;
}

/** Code of the answer to what was given up since too much waited. */
export const SHED = 'shed';

/** An exchange while it is here. */
interface Entry<M extends Message> extends Exchange<M>, Waiting {
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
export class Outbox<M extends Message = Message> {
  readonly #parts: OutboxParts<M>;
  readonly #events: OutboxEvents<M>;
  readonly #waiting = new WaitingLine<Entry<M>>();
  /** Goes before all others, locked or not. */
  readonly #first: Entry<M>[] = [];
  #outstanding: Entry<M> | null = null;
  #socket: OpenSocket | null = null;
  #chargePointId = '';
  #numbers = 0;
  #writtenUpTo: number;
  #locked = false;
  #bytes = 0;
  #retryRound = 0;
  #cancelTimeout: () => void = () => undefined;
  #cancelHold: (() => void) | null = null;

  constructor(parts: OutboxParts<M>, events: OutboxEvents<M>) {
    this.#parts = parts;
    this.#events = events;
    this.#writtenUpTo = parts.journal === undefined ? Infinity : 0;
  }

  /** Messages that aren't settled. */
  get size(): number {
    const outstanding = this.#outstanding === null ? 0 : 1;
    return this.#first.length + this.#waiting.size + outstanding;
  }

  /** Of what waits, by the bounds' measure. */
  get bytes(): number {
    return this.#bytes;
  }

  /** In the order of sending. */
  get unsettled(): readonly Exchange<M>[] {
    const outstanding = this.#outstanding === null ? [] : [this.#outstanding];
    return [...outstanding, ...this.#first, ...this.#waiting.all];
  }

  /** Sends it when its turn comes. */
  add(message: M, { overtakenBy = 0 }: AddOptions = {}): Exchange<M> {
    const entry = this.#entry(message, ++this.#numbers, overtakenBy);
    if (message.kept) this.#parts.journal?.added(entry.number, message);
    this.#waiting.add(entry);
    this.#shed();
    this.#pump();
    return entry;
  }

  /** Sends it before all that waits, also while the outbox is locked: what opens a conversation, or is of use only now. */
  addFirst(message: M): Exchange<M> {
    const entry = this.#entry(message, ++this.#numbers, 0);
    this.#first.push(entry);
    this.#pump();
    return entry;
  }

  /** Takes up again what an earlier run kept: before anything is added. Ascending numbers. */
  restore(kept: readonly { readonly number: number; readonly message: M }[], lastNumber: number): void {
    for (const { number, message } of kept) this.#waiting.add(this.#entry(message, number, 0));
    this.#numbers = Math.max(this.#numbers, lastNumber);
    this.#writtenUpTo = this.#parts.journal === undefined ? Infinity : this.#numbers;
  }

  /** The journal has every message that was added so far. */
  written(): void {
    this.#writtenUpTo = this.#numbers;
    this.#pump();
  }

  /** Nobody will overtake any more. */
  releaseOvertaken(): void {
    this.#waiting.releaseOvertaken();
    this.#pump();
  }

  /** Nothing but what goes first leaves until it is unlocked. */
  set locked(locked: boolean) {
    this.#locked = locked;
    this.#pump();
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
    for (const now of this.#first.splice(0))
      this.#settle(now, 'unanswered', 'connection lost', 'it was not sent');
    if (entry === null) return;
    if (POISON_CODES.has(code))
      this.#settle(entry, 'rejected', `closed ${code}`, 'the server can not take such a frame');
    else if (entry.message.kept) this.#waiting.putBack(entry);
    else this.#settle(entry, 'unanswered', 'connection lost', 'the server may have heard it');
  }

  /** true when it belongs to what was sent. */
  hear(heard: Exclude<Heard, { kind: 'call' | 'noise' }>): boolean {
    const entry = this.#outstanding;
    if (entry === null || !isAnswerTo(entry, heard.id)) return false;
    this.#outstanding = null;
    this.#cancelTimeout();
    const latencyMs = this.#parts.clock.elapsed() - entry.sentAt;
    if (heard.kind === 'error' && heard.passing && entry.message.kept) this.#retry(entry, heard, latencyMs);
    else {
      this.#retryRound = 0;
      this.#finish(
        entry,
        heard.kind === 'result' ? judgeResult(heard.payload, latencyMs) : judgeError(heard, latencyMs),
      );
    }
    this.#pump();
    return true;
  }

  /** Throws away what waits, and what is unanswered; the answer is how many that were. */
  clear(): number {
    const entries = [...this.unsettled] as Entry<M>[];
    this.#release();
    this.#outstanding = null;
    this.#waiting.clear();
    this.#first.length = 0;
    for (const entry of entries) this.#settle(entry, 'discarded', '', 'the queue was cleared');
    return entries.length;
  }

  /** Ends every timer. */
  stop(): void {
    this.#release();
    this.#socket = null;
  }

  #pump(): void {
    while (this.#socket !== null && this.#outstanding === null) {
      const entry = this.#first.shift() ?? this.#nextWaiting();
      if (entry === undefined) return;
      this.#send(this.#socket, entry);
    }
  }

  #nextWaiting(): Entry<M> | undefined {
    if (this.#locked || this.#cancelHold !== null) return undefined;
    const { next } = this.#waiting;
    if (next === undefined || (next.message.kept && next.number > this.#writtenUpTo)) return undefined;
    return this.#waiting.take();
  }

  /** Too much waits: what can be done without is given up. */
  #shed(): void {
    const { bounds } = this.#parts;
    if (bounds === undefined || this.#bytes <= bounds.maxBytes) return;
    for (const entry of this.#waiting.shed(bounds.maxBytes))
      this.#settle(entry, 'discarded', SHED, 'too much waited');
  }

  #entry(message: M, number: number, overtakenBy: number): Entry<M> {
    const { bounds } = this.#parts;
    let settle: (answer: Answer) => void = () => undefined;
    const settled = new Promise<Answer>((resolve) => (settle = resolve));
    const bytes = bounds?.bytesOf(message) ?? 0;
    this.#bytes += bytes;
    return {
      ...{ message, number, overtakenBy, bytes, settled, settle },
      ...{ attempt: 0, id: `m${number}`, sentPayload: null, sentAt: 0 },
      thinnable: bounds?.mayThin(message) ?? false,
    };
  }

  #send(socket: OpenSocket, entry: Entry<M>): void {
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
    this.#events.onSent(frame, entry);
    if (isRaw && !wire.expectsAnswer(frame)) {
      this.#outstanding = null;
      this.#finish(entry, withoutAnswer('accepted', '', 'sent; it has no answer'));
      return;
    }
    this.#cancelTimeout = clock.after(answerTimeoutMs, () => this.#silent(entry));
  }

  #silent(entry: Entry<M>): void {
    if (entry.message.kept) {
      this.#events.onSilent(entry);
      return;
    }
    this.#outstanding = null;
    this.#settle(entry, 'unanswered', 'no answer', `within ${this.#parts.answerTimeoutMs / 1_000} s`);
    this.#pump();
  }

  #retry(entry: Entry<M>, error: HeardError, latencyMs: number): void {
    const { clock, random } = this.#parts;
    const asked = Math.min(error.retryAfterMs ?? 0, LONGEST_HOLD_MS);
    const holdMs = asked + fullJitterMs(this.#retryRound++, RETRY_BACKOFF, random);
    this.#waiting.putBack(entry);
    this.#cancelHold = clock.after(holdMs, () => {
      this.#cancelHold = null;
      this.#pump();
    });
    this.#events.onRetry(entry, error, latencyMs, holdMs);
  }

  #settle(entry: Entry<M>, verdict: Answer['verdict'], code: string, description: string): void {
    this.#finish(entry, withoutAnswer(verdict, code, description));
  }

  #finish(entry: Entry<M>, result: Answer): void {
    this.#bytes -= entry.bytes;
    if (entry.message.kept) this.#parts.journal?.settled(entry.number, entry.message);
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
function isAnswerTo(entry: Exchange, id: string | null): boolean {
  return id === null || id === entry.id || entry.message.action === 'raw';
}
