import type { WebSocket } from 'ws';
import { Meter, type DueReading } from './outbox.js';
import { openSocket } from './open-socket.js';
import type { Run } from './run.js';
import type { Wire } from './wire.js';

/** Waits between attempts to connect: full jitter up to these, ms. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const RETRY_WAIT_MS = 1_000;
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * A charge point: one call is under way at a time, what is due meanwhile waits, and each reading is kept until it is
 * acknowledged. A lost connection is opened again, and what was unanswered goes first.
 */
export class ChargePoint {
  readonly #id: string;
  readonly #meter: Meter;
  readonly #waiting: DueReading[] = [];
  /** Id of the call under way. */
  #calling: string | null = null;
  #booting: (() => void) | null = null;
  #calls = 0;
  #socket: WebSocket | null = null;
  #leaving = false;
  #idle: (() => void) | null = null;

  constructor(
    private readonly run: Run,
    private readonly wire: Wire,
  ) {
    this.#id = run.names.next();
    this.#meter = new Meter(this.#id);
  }

  /** Resolves when it is open, however many attempts it takes, or when the hold is over. */
  async connect(): Promise<void> {
    const { gatewayUrl } = this.run.settings;
    if (gatewayUrl === null) throw new Error('this scenario needs a gateway');
    for (let attempt = 0; !this.#leaving && !this.run.hold.over; attempt++) {
      const socket = await openSocket(
        this.run,
        gatewayUrl + this.wire.path(this.#id),
        this.wire.protocols,
        this.wire.shows(this.#id),
      ).catch(() => null);
      if (socket !== null) {
        this.#attach(socket);
        return;
      }
      const wait = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
      await Promise.race([delay(wait), this.run.hold.passed(1)]);
    }
  }

  /** Resolves with the answer; at once where the protocol has no boot. */
  async boot(): Promise<void> {
    const id = `b${this.#calls++}`;
    const frame = this.wire.boot(id);
    if (frame === null || this.#socket === null) return;
    await new Promise<void>((resolve) => {
      this.#booting = resolve;
      this.#calling = id;
      this.run.recorder.count('calls.sent');
      this.#socket?.send(frame);
    });
  }

  /** A reading every `everyMs`, beginning at any moment of the first interval, until `end`. */
  async measure(everyMs: number, end: Promise<void>): Promise<void> {
    let dueAt = performance.now() + Math.random() * everyMs;
    let timer: NodeJS.Timeout | undefined;
    const next = (): void => {
      timer = setTimeout(() => {
        this.run.recorder.count('readings.due');
        const due = this.#meter.read(dueAt);
        due.heldUp = this.#socket === null;
        this.#waiting.push(due);
        this.#send();
        dueAt += everyMs;
        next();
      }, dueAt - performance.now());
    };
    next();
    await end;
    clearTimeout(timer);
  }

  /** The connection is cut, as by a failing network, and opened again at any moment of the next `withinMs`. */
  async drop(withinMs: number): Promise<void> {
    this.run.recorder.count('sockets.closed');
    this.#detach()?.terminate();
    await delay(Math.random() * withinMs);
    await this.connect();
  }

  /** Waits for what is unanswered, at most so long, and leaves. */
  async leave(drainMs: number): Promise<void> {
    if (this.#waiting.length > 0) {
      const drained = new Promise<void>((resolve) => (this.#idle = resolve));
      await Promise.race([drained, delay(drainMs)]);
    }
    this.#leaving = true;
    const unanswered = this.#waiting.length;
    if (unanswered > 0) this.run.recorder.count('readings.unanswered', unanswered);
    const socket = this.#detach();
    if (socket === null) return;
    this.run.recorder.count('sockets.closed');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.close(1000);
    await Promise.race([closed, delay(CLOSE_TIMEOUT_MS)]);
    socket.terminate();
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket;
    socket.on('message', (data) => this.#hear((data as Buffer).toString()));
    socket.once('close', (code) => {
      if (this.#socket !== socket) return;
      this.run.recorder.count('sockets.lost');
      this.run.recorder.error(`lost: ${code}`);
      this.#detach();
      void delay(Math.random() * FIRST_WAIT_MS).then(() => this.connect());
    });
    this.#send();
  }

  /** From now on it is nobody's: its end is no loss. */
  #detach(): WebSocket | null {
    const socket = this.#socket;
    this.#socket = null;
    this.#calling = null;
    for (const due of this.#waiting) due.heldUp = true;
    // Nobody will answer it.
    this.#booted();
    return socket;
  }

  #send(): void {
    const [first] = this.#waiting;
    if (this.#socket === null || this.#calling !== null || first === undefined) return;
    this.#calling = `r${this.#calls++}`;
    this.run.recorder.count(first.sent ? 'readings.resent' : 'readings.sent');
    first.sent = true;
    this.#socket.send(this.wire.reading(this.#calling, this.#id, first.payload));
  }

  #hear(text: string): void {
    const heard = this.wire.read(text);
    const { recorder, ledger } = this.run;
    if (heard.kind === 'call') {
      this.#socket?.send(this.wire.decline(heard.id));
      return;
    }
    if (heard.kind === 'noise' || heard.id !== this.#calling) {
      recorder.count('answers.unmatched');
      return;
    }
    this.#calling = null;
    if (this.#booting !== null) {
      recorder.count('calls.answered');
      if (heard.kind === 'refused') recorder.error(`boot: ${heard.reason}`);
      this.#booted();
      this.#send();
      return;
    }
    const [first] = this.#waiting;
    if (first === undefined) throw new Error('an answer was matched with no reading');
    if (heard.kind === 'refused') {
      recorder.count('readings.refused');
      recorder.error(`refused: ${heard.reason}`);
      first.heldUp = true;
      // Nothing overtakes it meanwhile.
      this.#calling = 'waits';
      setTimeout(() => {
        if (this.#calling === 'waits') this.#calling = null;
        this.#send();
      }, heard.retryAfterMs ?? RETRY_WAIT_MS);
      return;
    }
    this.#waiting.shift();
    recorder.count('readings.acknowledged');
    recorder.time(first.heldUp ? 'readings.outage' : 'readings.latency', performance.now() - first.dueAt);
    ledger.add([first.reading]);
    if (this.#waiting.length === 0) this.#idle?.();
    this.#send();
  }

  #booted(): void {
    this.#booting?.();
    this.#booting = null;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
