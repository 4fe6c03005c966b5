import type { Random } from '../../../helpers/seeded-random.js';
import type { OpenSocket } from '../../transport/connection.js';
import type { Credentials } from '../../transport/credentials.js';
import type { Heard, Wire } from '../../wire/wire.js';
import type { Clock } from '../../station/clock.js';
import type { ClientEvent } from './events.js';
import { Link, type LinkState } from '../../station/link.js';
import type { Answer, Exchange, Message } from './message.js';
import { DONE, failed, type Outcome } from './outcome.js';
import { MAX_WAITING, Outbox } from '../../station/outbox.js';
import { Tally, type TallySums } from './tally.js';

export interface ConversationParts {
  /** The gateway. */
  readonly url: URL;
  readonly chargePointId: string;
  readonly wire: Wire;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  /** ms that an answer may take. */
  readonly answerTimeoutMs: number;
  readonly emit: (event: ClientEvent) => void;
}

/** Messages of one charge point and their answers, over as many sockets as it takes. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #link: Link;
  readonly #outbox: Outbox<Message>;
  readonly #tally = new Tally();
  #chargePointId: string;
  #socket: OpenSocket | null = null;

  /** `understand` draws the consequences of an answer, and says what is worth telling of it. */
  constructor(parts: ConversationParts, understand: (exchange: Exchange, answer: Answer) => string) {
    const { wire, credentials, clock, random, answerTimeoutMs, emit } = parts;
    this.#parts = parts;
    this.#chargePointId = parts.chargePointId;
    this.#outbox = new Outbox(
      { wire, clock, random, answerTimeoutMs },
      {
        onSent: (text) => {
          this.#tally.sent();
          emit({ type: 'frame', direction: 'sent', text });
        },
        onAnswered: (exchange, answer) => {
          this.#tally.answered(answer);
          emit({ type: 'answered', exchange, answer, note: understand(exchange, answer) });
        },
        onRetry: (exchange, { code, description }, latencyMs, againInMs) => {
          this.#tally.retried(latencyMs);
          emit({ type: 'retry', exchange, latencyMs, code, description, againInMs });
        },
        onSilent: (exchange) => {
          emit({ type: 'silent', exchange, afterMs: answerTimeoutMs });
          this.#link.replace();
        },
      },
    );
    this.#link = new Link(
      {
        ...{ subprotocol: wire.subprotocol, clock, random, whenReplaced: 'stay away' },
        secureContext: credentials.secureContext(parts.chargePointId),
      },
      {
        onOnline: (socket, ms) => {
          this.#socket = socket;
          emit({ type: 'connected', url: this.url, chargePointId: this.#chargePointId, ms });
          this.#outbox.opened(socket, this.#chargePointId);
        },
        onText: (text) => this.#hear(text),
        onClosed: (code, reason, wanted) => {
          this.#socket = null;
          this.#outbox.closed(code);
          if (this.#outbox.size > 0) this.#link.wake();
          emit({ type: 'closed', code, reason, wanted, waiting: this.#outbox.size });
        },
        onFailed: (cause, retryInMs) => emit({ type: 'connectionFailed', url: this.url, cause, retryInMs }),
        onRefused: (status, detail) => emit({ type: 'refused', url: this.url, status, detail }),
        onChanged: () => emit({ type: 'changed' }),
      },
    );
  }

  get url(): string {
    return this.#parts.wire.url(this.#parts.url, this.#chargePointId);
  }

  get chargePointId(): string {
    return this.#chargePointId;
  }

  get state(): LinkState {
    return this.#link.state;
  }

  /** In the order of sending. */
  get unsettled(): readonly Exchange[] {
    return this.#outbox.unsettled;
  }

  get waiting(): number {
    return this.#outbox.size;
  }

  sums(): TallySums {
    return this.#tally.sums();
  }

  /** Connects at once, as `chargePointId`. The outcome comes with the connection, or when it is refused. */
  async connect(chargePointId: string): Promise<Outcome> {
    this.#chargePointId = chargePointId;
    this.#parts.emit({ type: 'connecting' });
    const { wire, credentials } = this.#parts;
    const as = wire.name === 'json' ? null : chargePointId;
    const shows = {
      authorization: credentials.authorization(as),
      signingSecret: credentials.signingSecret(as),
    };
    this.#link.connect(this.url, shows);
    return (await this.#link.whenOnline())
      ? DONE
      : failed('there is no connection', this.state === 'refused');
  }

  leave(how: 'cut' | 'goodbye'): void {
    this.#link.leave(how);
  }

  /** Fulfilled when nothing waits any more. */
  async drained(): Promise<void> {
    for (let last = this.unsettled.at(-1); last !== undefined; last = this.unsettled.at(-1))
      await last.settled;
  }

  /** Sends a message in its turn; null when too many wait already. */
  add(message: Message): Exchange | null {
    if (this.#outbox.size >= MAX_WAITING) return null;
    const exchange = this.#outbox.add(message);
    this.#link.wake();
    if (this.state !== 'online') this.#parts.emit({ type: 'queued', exchange, waiting: this.#outbox.size });
    return exchange;
  }

  /** What became of it; at once where it waits for a connection that nobody wants now. */
  async outcomeOf(exchange: Exchange): Promise<Outcome> {
    const settled = exchange.settled.then(({ verdict, code, description }) =>
      verdict === 'accepted'
        ? DONE
        : failed([verdict, code, description].filter((part) => part !== '').join(': '), true),
    );
    if (this.state === 'offline') return DONE;
    if (this.state === 'online') return settled;
    const waited = this.#link.whenOnline().then((online) => {
      if (online) return settled;
      return this.state === 'refused' ? failed('the server refuses the connection', true) : DONE;
    });
    return Promise.race([settled, waited]);
  }

  /** Throws away what waits; the answer is how many that were. */
  clear(): number {
    return this.#outbox.clear();
  }

  /** Says goodbye and ends every timer. */
  stop(): void {
    this.#outbox.stop();
    this.#link.leave('goodbye');
  }

  #hear(text: string): void {
    const { emit, wire } = this.#parts;
    emit({ type: 'frame', direction: 'heard', text });
    for (const heard of wire.decode(text)) this.#understand(heard, text);
  }

  #understand(heard: Heard, text: string): void {
    const { emit, wire } = this.#parts;
    if (heard.kind === 'noise') emit({ type: 'unexpected', text });
    else if (heard.kind === 'call') {
      const refusal = wire.refuse(heard.id, heard.action);
      if (refusal !== null) {
        this.#socket?.send(refusal.frame);
        emit({ type: 'frame', direction: 'sent', text: refusal.frame });
      }
      const { action, payload } = heard;
      emit({ type: 'called', action, payload, answeredBy: refusal?.code ?? '' });
    } else if (this.#outbox.hear(heard)) this.#link.proven();
    else emit({ type: 'unexpected', text });
  }
}
