import type { BackoffLimits } from '../../helpers/backoff.js';
import type { RequestOptions } from './api-types.js';
import type { Credentials } from './credentials.js';
import { asLiveError, LiveError } from './live-error.js';
import type { LastClose, LiveStatus } from './live-status.js';
import type { Platform } from './platform.js';
import type { SocketClass } from './socket-like.js';
import { pushMessage } from './push-message.js';
import type { NewMessage, NewReading, PushOutcome } from './push.js';
import { readAnswers } from './read-answers.js';
import { ReconnectingSocket } from './reconnecting-socket.js';

export interface PusherOptions {
  /** undefined: nobody told. */
  readonly url: string | undefined;
  readonly webSocket: SocketClass;
  readonly platform: Platform;
  readonly backoff: BackoffLimits;
  readonly answerTimeoutMs: number;
  readonly maxWaiting: number;
  readonly credentials: Credentials;
  readonly onError: (error: LiveError) => void;
}

interface Entry {
  readonly id: string;
  readonly text: string;
  readonly settle: (outcome: PushOutcome) => void;
  /** When it is given up, ms. 0: it is not on its way. */
  dueAt: number;
  /** Is sent with no other one on its way: one of those that were is refused, and nobody knows which. */
  isSuspect: boolean;
}

const MAX_WAITING_CHARACTERS = 16 * 1024 * 1024;
const MAX_UNANSWERED = 1_000;
/** Of one frame: below what gateways take by default. */
const MAX_FRAME_MESSAGES = 100;
const MAX_FRAME_CHARACTERS = 65_536;
/** A connection that nothing is pushed by is closed. */
const IDLE_MS = 30_000;
const TOO_LARGE = 1009;

const UNCONFIRMED: PushOutcome = { status: 'unconfirmed' };

/** Sends readings by `/ingest` until each has its answer: over lost connections, silence and `retry`. */
export class Pusher {
  readonly #options: PusherOptions;
  readonly #socket: ReconnectingSocket | null;
  /** In their order. */
  readonly #waiting = new Map<string, Entry>();
  /** In the order they were sent. */
  readonly #unanswered = new Map<string, Entry>();
  #characters = 0;
  #lastId = 0;
  #pausedUntil = 0;
  #isClosed = false;
  #cancelTimer: (() => void) | null = null;

  constructor(options: PusherOptions) {
    this.#options = options;
    const { url, webSocket, platform, backoff } = options;
    this.#socket =
      url === undefined
        ? null
        : new ReconnectingSocket({
            url,
            protocols: () => options.credentials.protocols(),
            onFault: (error) => options.onError(asLiveError(error)),
            webSocket,
            platform,
            backoff,
            onOpen: () => this.#pump(),
            onText: (data) => this.#heard(data),
            onDown: (close) => this.#down(close),
          });
  }

  status(): LiveStatus['pushes'] {
    return { waiting: this.#waiting.size, unanswered: this.#unanswered.size };
  }

  async push(
    readings: readonly (NewReading | NewMessage)[],
    { signal }: RequestOptions = {},
  ): Promise<readonly PushOutcome[]> {
    if (this.#isClosed) throw new LiveError('closed', 'the client is closed');
    if (this.#socket === null) throw new LiveError('no-ingest-url', 'ingestUrl is missing');
    const texts = readings.map((reading) => {
      const id = String(++this.#lastId);
      return { id, text: pushMessage(id, reading) };
    });
    const characters = texts.reduce((sum, { text }) => sum + text.length, this.#characters);
    const count = this.#waiting.size + this.#unanswered.size + texts.length;
    if (count > this.#options.maxWaiting || characters > MAX_WAITING_CHARACTERS)
      throw new LiveError('push-queue-full', `${count - texts.length} readings wait to be pushed already`);
    if (signal?.aborted === true) return texts.map(() => UNCONFIRMED);
    const outcomes = texts.map(({ id, text }) => this.#enter(id, text));
    const abort = (): void => {
      for (const { id } of texts) this.#settle(id, UNCONFIRMED);
    };
    signal?.addEventListener('abort', abort);
    this.#pump();
    try {
      return await Promise.all(outcomes);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#socket?.stop('the client is closed');
    for (const id of [...this.#waiting.keys(), ...this.#unanswered.keys()]) this.#settle(id, UNCONFIRMED);
  }

  #enter(id: string, text: string): Promise<PushOutcome> {
    this.#characters += text.length;
    return new Promise((settle) => {
      this.#waiting.set(id, { id, text, settle, dueAt: 0, isSuspect: false });
    });
  }

  #settle(id: string, outcome: PushOutcome): void {
    const entry = this.#unanswered.get(id) ?? this.#waiting.get(id);
    if (entry === undefined) return;
    this.#unanswered.delete(id);
    this.#waiting.delete(id);
    this.#characters -= entry.text.length;
    entry.settle(outcome);
  }

  /** Sends what may be sent, and sees to it that it is called again when there is more to do. */
  #pump(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const socket = this.#socket;
    if (this.#isClosed || socket === null) return;
    const now = this.#options.platform.now();
    if (!socket.isOpen) {
      if (this.#waiting.size > 0) socket.start();
      return;
    }
    if (now >= this.#pausedUntil) while (this.#sendFrame(socket, now));
    const [oldest] = this.#unanswered.values();
    if (oldest !== undefined && now >= oldest.dueAt) socket.replace('no answer');
    else if (oldest !== undefined) this.#after(oldest.dueAt - now, () => this.#pump());
    else if (this.#waiting.size > 0) this.#after(this.#pausedUntil - now, () => this.#pump());
    else this.#after(IDLE_MS, () => socket.stop('idle'));
  }

  /** False: nothing (more) may be sent now. */
  #sendFrame(socket: ReconnectingSocket, now: number): boolean {
    const frame: Entry[] = [];
    let characters = 0;
    const [first] = this.#unanswered.values();
    const isSuspectUnderWay = first?.isSuspect === true;
    for (const entry of this.#waiting.values()) {
      const isAlone = entry.isSuspect || isSuspectUnderWay;
      if (isAlone && this.#unanswered.size + frame.length > 0) break;
      if (this.#unanswered.size + frame.length >= MAX_UNANSWERED || frame.length >= MAX_FRAME_MESSAGES) break;
      if (frame.length > 0 && characters + entry.text.length > MAX_FRAME_CHARACTERS) break;
      frame.push(entry);
      characters += entry.text.length;
      if (isAlone) break;
    }
    if (frame.length === 0) return false;
    for (const entry of frame) {
      this.#waiting.delete(entry.id);
      this.#unanswered.set(entry.id, entry);
      entry.dueAt = now + this.#options.answerTimeoutMs;
    }
    socket.send(`[${frame.map(({ text }) => text).join(',')}]`);
    return true;
  }

  #heard(data: unknown): void {
    const answers = readAnswers(data);
    if (answers === null) {
      this.#options.onError(new LiveError('malformed-frame', '/ingest sent what it may not'));
      this.#socket?.replace('malformed frame');
      return;
    }
    for (const answer of answers) {
      if ('retryAfterMs' in answer) this.#retry(answer.id, answer.retryAfterMs);
      else if (answer.id !== null) this.#settle(answer.id, answer.outcome);
      else this.#refuseOne(answer.outcome);
    }
    this.#pump();
  }

  #retry(id: string, retryAfterMs: number): void {
    const entry = this.#unanswered.get(id);
    if (entry === undefined) return;
    this.#unanswered.delete(id);
    this.#waiting.set(id, entry);
    const { platform } = this.#options;
    // Not before the time, and not all clients at it.
    const until = platform.now() + Math.ceil(retryAfterMs * (1 + platform.random() / 2));
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  /** One of those on their way can't be taken, and the server could not say which. */
  #refuseOne(outcome: PushOutcome): void {
    const [first, second] = this.#unanswered.keys();
    if (first === undefined) return;
    if (second === undefined) this.#settle(first, outcome);
    else {
      this.#suspectAll();
      this.#socket?.replace('a message was refused');
    }
  }

  #suspectAll(): void {
    for (const entry of this.#unanswered.values()) entry.isSuspect = true;
  }

  #down({ code }: LastClose): boolean {
    if (code === TOO_LARGE) {
      if (this.#unanswered.size > 1) this.#suspectAll();
      const message = 'the message is larger than the gateway takes';
      const error = { code: 'frame_too_large', message, path: '' };
      if (this.#unanswered.size === 1) this.#refuseOne({ status: 'rejected', error });
    }
    // To the front: they are the oldest.
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const [id, entry] of [...this.#unanswered, ...later]) this.#waiting.set(id, entry);
    this.#unanswered.clear();
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    return this.#waiting.size > 0;
  }

  #after(ms: number, action: () => void): void {
    this.#cancelTimer = this.#options.platform.after(ms, action);
  }
}
