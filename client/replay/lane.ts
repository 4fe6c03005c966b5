import { fullJitterMs, type BackoffLimits } from '../../helpers/backoff.js';
import type { Random } from '../../helpers/seeded-random.js';
import { REJECT_REASONS } from '../../protocol/reject.js';
import type { Connection, OpenSocket } from '../transport/connection.js';
import type { Dialect, Incoming } from './dialect.js';
import type { Row } from './row.js';
import type { Tally } from './tally.js';
import { Wakeup } from '../transport/wakeup.js';

/** Unanswered bytes on a socket; one larger message may go alone. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** A server may not hold a row back for longer. */
const LONGEST_HOLD_MS = 60_000;
/** What a proper goodbye may take. */
const CLOSE_TIMEOUT_MS = 1_000;
const RETRY_BACKOFF: BackoffLimits = { baseMs: 100, capMs: 10_000 };
/** Another client has connected in the name of the same charge point. */
const REPLACED_CODE = 4001;
/**
 * A larger payload goes alone on its socket, characters: when the server closes over its size nothing else is in doubt, and
 * nothing else is sent twice.
 */
const LARGE = 512 * 1024;
/** Close codes by which a server says that it can't take a frame at all. */
const POISON_CODES: ReadonlyMap<number, { readonly code: string; readonly reason: string }> = new Map([
  [1003, { code: 'closed_1003', reason: 'the server does not take frames of this kind' }],
  [1007, { code: 'closed_1007', reason: 'the server takes the frame for broken text' }],
  [1009, { code: 'frame_too_large', reason: REJECT_REASONS.frame_too_large.meaning }],
]);

export interface LaneOptions {
  readonly dialect: Dialect;
  readonly connection: Connection;
  readonly rows: readonly Row[];
  /** Indexes into `rows`, in the order of sending. */
  readonly order: readonly number[];
  /** When each of `rows` is due, on the clock of `now`; null sends at once. */
  readonly dueAt: ((index: number) => number) | null;
  readonly window: number;
  /** A server that is silent for so long while answers are due has its socket replaced. */
  readonly answerTimeoutMs: number;
  readonly tally: Tally;
  readonly now: () => number;
  readonly random: Random;
}

interface InFlight {
  readonly position: number;
  readonly bytes: number;
}

type Step = { readonly send: number } | { readonly waitUntil: number };

/**
 * Sends its rows in order over one socket at a time until each is settled. Up to `window` are unanswered at once; what was
 * unanswered when a socket is lost goes first on the next one, in order. When the server asks for a retry, the lane stops,
 * waits for the answers still due, then for the time asked for, and sends those rows again before any new one.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #wakeup = new Wakeup();
  readonly #inFlight = new Map<string, InFlight>();
  readonly #attempts = new Map<number, number>();
  #next = 0;
  #settled = 0;
  #bytes = 0;
  /** Positions to be sent again, sorted once `resending`. */
  #again: number[] = [];
  #resending = false;
  #holdUntil = 0;
  #retryRound = 0;
  #socket: OpenSocket | null = null;
  #ready = false;
  #greetings = 0;
  #greetAt = 0;
  /** One row at a time, to find the one that the server can't take. */
  #narrow = false;
  /** Answers to rejected rows that the server couldn't name: what is left unanswered at last are those rows. */
  #nameless: Extract<Incoming, { kind: 'nameless' }>[] = [];
  #closeCode: number | null = null;
  #heardAt = 0;
  #busySince: number;
  #pacing = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#busySince = options.now();
  }

  /** Since when the lane has had something to do without settling a row; null while it waits for the pace, or has ended. */
  get busySince(): number | null {
    return this.#finished || this.#pacing ? null : this.#busySince;
  }

  /** Ends when every row is settled or the signal aborts; the answer is a status when the server refuses the connection. */
  async run(signal: AbortSignal): Promise<{ readonly status: number; readonly detail: string } | null> {
    const { connection } = this.#options;
    const wake = (): void => this.#wakeup.notify();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!this.#finished && !signal.aborted) {
        this.#closeCode = null;
        const opened = await connection.open(
          { onText: (text) => this.#hear(text), onClose: (code) => this.#lose(code) },
          signal,
        );
        if (opened.kind === 'refused') return opened;
        if (opened.kind === 'aborted') break;
        await this.#converse(opened.socket, signal);
        this.#takeBack();
      }
      return null;
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Gives up every row that isn't settled. */
  refuseRest(code: string, reason: string): void {
    const { order, tally } = this.#options;
    for (const position of this.#again) tally.refused(order[position] ?? 0, code, reason);
    for (; this.#next < order.length; this.#next++) tally.refused(order[this.#next] ?? 0, code, reason);
    this.#again = [];
    this.#settled = order.length;
  }

  /** It is alone, then. */
  get #largeInFlight(): boolean {
    return this.#inFlight.size === 1 && this.#bytes > LARGE;
  }

  get #finished(): boolean {
    return this.#settled === this.#options.order.length;
  }

  async #converse(socket: OpenSocket, signal: AbortSignal): Promise<void> {
    const { now, answerTimeoutMs, dialect } = this.#options;
    this.#socket = socket;
    this.#ready = dialect.greeting(1) === null;
    this.#greetAt = now();
    this.#heardAt = now();
    while (!this.#isLost()) {
      if (signal.aborted) socket.terminate();
      if (socket.closing) {
        await this.#wakeup.wait(CLOSE_TIMEOUT_MS);
        if (!this.#isLost()) socket.terminate();
        continue;
      }
      if (this.#finished) {
        socket.close();
        continue;
      }
      const at = now();
      const step = this.#ready ? this.#step(at) : this.#greet(socket, at);
      if ('send' in step) {
        this.#send(socket, step.send, at);
        continue;
      }
      const awaiting = this.#inFlight.size > 0 || (!this.#ready && this.#greetAt === Infinity);
      const silentAt = awaiting ? this.#heardAt + answerTimeoutMs : Infinity;
      if (at >= silentAt) socket.terminate();
      else await this.#wakeup.wait(Math.min(step.waitUntil, silentAt) - at);
    }
  }

  #greet(socket: OpenSocket, at: number): Step {
    if (at >= this.#greetAt) {
      this.#greetAt = Infinity;
      this.#heardAt = at;
      socket.send(this.#options.dialect.greeting(++this.#greetings) ?? '');
    }
    return { waitUntil: this.#greetAt };
  }

  /** What to do next on a socket that is ready. */
  #step(at: number): Step {
    const { order, dueAt } = this.#options;
    this.#pace(false, at);
    if (this.#nameless.length > 0) return { waitUntil: Infinity };
    if (this.#again.length > 0 && !this.#resending) {
      if (this.#inFlight.size > 0) return { waitUntil: Infinity };
      if (at < this.#holdUntil) return { waitUntil: this.#holdUntil };
      this.#again.sort((a, b) => a - b);
      this.#resending = true;
      this.#retryRound++;
    }
    const position = this.#again[0] ?? this.#next;
    const index = order[position];
    if (index === undefined || this.#isFull(index)) return { waitUntil: Infinity };
    const due = dueAt?.(index) ?? 0;
    if (due > at) {
      this.#pace(this.#inFlight.size === 0, at);
      return { waitUntil: due };
    }
    return { send: position };
  }

  #pace(pacing: boolean, at: number): void {
    if (this.#pacing && !pacing) this.#busySince = at;
    this.#pacing = pacing;
  }

  #isFull(index: number): boolean {
    const { rows, window } = this.#options;
    if (this.#inFlight.size === 0) return false;
    if (this.#inFlight.size >= (this.#narrow ? 1 : window)) return true;
    const bytes = rows[index]?.payload.length ?? 0;
    return bytes > LARGE || this.#largeInFlight || this.#bytes + bytes > WINDOW_BYTES;
  }

  #send(socket: OpenSocket, position: number, at: number): void {
    const { dialect, order, rows, tally } = this.#options;
    const row = rows[order[position] ?? -1];
    if (row === undefined) throw new Error(`no row at position ${position}`);
    if (this.#again[0] === position) {
      this.#again.shift();
      if (this.#again.length === 0) this.#resending = false;
    } else this.#next++;
    const attempt = (this.#attempts.get(position) ?? 0) + 1;
    const { id, frame } = dialect.encode(row, attempt);
    this.#attempts.set(position, attempt);
    if (this.#inFlight.size === 0) this.#heardAt = at;
    this.#inFlight.set(id, { position, bytes: row.payload.length });
    this.#bytes += row.payload.length;
    tally.sent(attempt > 1);
    socket.send(frame);
  }

  #hear(text: string): void {
    const { dialect, now } = this.#options;
    this.#heardAt = now();
    for (const incoming of dialect.decode(text)) this.#understand(incoming);
    this.#rejectNameless();
    this.#wakeup.notify();
  }

  #understand(incoming: Incoming): void {
    const { now } = this.#options;
    switch (incoming.kind) {
      case 'ready':
        this.#ready = true;
        return;
      case 'greetAgain':
        this.#greetAt = now() + Math.min(incoming.afterMs, LONGEST_HOLD_MS);
        return;
      case 'reply':
        this.#socket?.send(incoming.text);
        return;
      case 'nameless':
        this.#nameless.push(incoming);
        return;
      case 'accepted':
      case 'rejected':
      case 'retry':
        this.#answered(incoming);
    }
  }

  #answered(answer: Extract<Incoming, { id: string }>): void {
    const { connection, now, order, random, tally } = this.#options;
    const sent = this.#inFlight.get(answer.id);
    // An answer to what wasn't asked, or asked on another socket.
    if (sent === undefined) return;
    this.#inFlight.delete(answer.id);
    this.#bytes -= sent.bytes;
    connection.proven();
    if (answer.kind === 'retry') {
      const holdMs = Math.min(answer.afterMs ?? 0, LONGEST_HOLD_MS);
      const hold = now() + holdMs + fullJitterMs(this.#retryRound, RETRY_BACKOFF, random);
      this.#holdUntil = Math.max(this.#holdUntil, hold);
      this.#again.push(sent.position);
      this.#resending = false;
      return;
    }
    const index = order[sent.position] ?? 0;
    this.#retryRound = 0;
    this.#settle(sent.position);
    if (answer.kind === 'accepted') tally.accepted(index);
    else tally.rejected(index, answer.code, answer.reason);
  }

  /** As many rejected rows without a name as rows unanswered: it must be these. */
  #rejectNameless(): void {
    if (this.#nameless.length === 0 || this.#nameless.length < this.#inFlight.size) return;
    const { order, tally } = this.#options;
    const { code, reason } = this.#nameless[0] ?? { code: 'rejected', reason: '' };
    for (const { position } of this.#inFlight.values()) {
      this.#settle(position);
      tally.rejected(order[position] ?? 0, code, reason);
    }
    this.#inFlight.clear();
    this.#bytes = 0;
    this.#nameless = [];
  }

  #settle(position: number): void {
    this.#attempts.delete(position);
    this.#settled++;
    this.#busySince = this.#options.now();
  }

  #isLost(): boolean {
    return this.#closeCode !== null;
  }

  #lose(code: number): void {
    this.#closeCode = code;
    this.#wakeup.notify();
  }

  /** The socket is gone: what it left unanswered is sent again, unless it is what the server choked on. */
  #takeBack(): void {
    const { connection, now, order, tally } = this.#options;
    this.#socket = null;
    this.#pace(false, now());
    if (this.#closeCode === REPLACED_CODE) connection.stepBack();
    const left = [...this.#inFlight.values()].map(({ position }) => position);
    this.#inFlight.clear();
    this.#bytes = 0;
    this.#nameless = [];
    const [only] = left;
    const poison = POISON_CODES.get(this.#closeCode ?? 0);
    if (poison !== undefined && only !== undefined) {
      this.#narrow = left.length > 1;
      if (left.length === 1) {
        left.pop();
        this.#settle(only);
        tally.refused(order[only] ?? 0, poison.code, poison.reason);
        // It said what it had to say: the next row needn't wait as if the server were in trouble.
        connection.proven();
      }
    }
    this.#again = [...this.#again, ...left];
    this.#resending = false;
  }
}
