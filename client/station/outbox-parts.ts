/** What an outbox is made with. */
import type { Random } from '../../helpers/seeded-random.js';
import type { Heard, Wire } from '../wire/wire.js';
import type { Clock } from './clock.js';
import type { Answer, Exchange, Message } from './message.js';

export interface OutboxEvents<M extends Message = Message> {
  onSent(frame: string, exchange: Exchange<M>): void;
  onAnswered(exchange: Exchange<M>, answer: Answer): void;
  onRetry(exchange: Exchange<M>, error: HeardError, latencyMs: number, againInMs: number): void;
  /** No answer came in time to a message that is kept: the connection is no good. */
  onSilent(exchange: Exchange<M>): void;
}

/** Where messages are kept beside memory. Those that are kept are told of; they leave once {@link Outbox.written} came. */
export interface OutboxJournal<M extends Message> {
  added(number: number, message: M): void;
  /** Whatever became of it, it needn't be sent any more. */
  settled(number: number, message: M): void;
}

/** How much may wait. */
export interface OutboxBounds<M extends Message> {
  readonly maxBytes: number;
  /** Of a message while it waits. */
  bytesOf(message: M): number;
  mayThin(message: M): boolean;
}

export interface OutboxParts<M extends Message = Message> {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  readonly answerTimeoutMs: number;
  readonly journal?: OutboxJournal<M>;
  /** Without any, the caller looks at {@link MAX_WAITING}. */
  readonly bounds?: OutboxBounds<M>;
}

export type HeardError = Extract<Heard, { kind: 'error' }>;
