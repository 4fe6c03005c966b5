import type { Logger } from 'pino';
import type { Outcome } from '../../protocol/charger-protocol.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { LogMessage, MessageLog } from '../broker/message-log.js';
import { retryHintMs } from '../sockets/retry-hint.js';

export interface MicroBatcherOptions {
  /** How long the first message of a batch waits for others, ms. */
  readonly lingerMs: number;
  readonly maxMessages: number;
  /** UTF-8 bytes of keys and values; one larger message goes alone. */
  readonly maxBytes: number;
  /** From the first message of a batch on, ms until all of it is answered `unavailable` unless confirmed. */
  readonly publishTimeoutMs: number;
  /** Writes to the log under way at once. Default 4. */
  readonly maxSends?: number;
}

/** Told what became of the message it submitted as `index`; exactly once, never from within `submit`. */
export interface OutcomeListener {
  settle(index: number, outcome: Outcome): void;
}

const DURABLE: Outcome = Object.freeze({ kind: 'durable' });

class Batch {
  readonly messages: LogMessage[] = [];
  readonly listeners: OutcomeListener[] = [];
  readonly indices: number[] = [];
  bytes = 0;
  /** How many of the messages, from the first on, have their outcome. */
  settled = 0;
  /** `performance.now()` when it was handed to the log. */
  sentAt = 0;
  expiry: NodeJS.Timeout | undefined;

  add(message: LogMessage, bytes: number, listener: OutcomeListener, index: number): void {
    this.messages.push(message);
    this.listeners.push(listener);
    this.indices.push(index);
    this.bytes += bytes;
  }
}

/**
 * Gathers messages into writes to the log. A batch closes by count, bytes or linger; batches are sent in the order they
 * closed, several at once but never more than `maxSends`, and wait in line otherwise. While all sends are busy the open
 * batch goes on filling, so that a slow log gets larger writes instead of more of them.
 *
 * Every message gets exactly one outcome: `durable` when the log confirmed it, else `unavailable`. A message that timed
 * out may still be written later: its sender resends it, and repetitions are absorbed by the store.
 */
export class MicroBatcher {
  private open: Batch | undefined;
  private openIsDue = false;
  private linger: NodeJS.Timeout | undefined;
  private readonly line: Batch[] = [];
  private readonly underWay = new Set<Batch>();
  private readonly maxSends: number;

  constructor(
    private readonly log: Pick<MessageLog, 'publish'>,
    private readonly options: MicroBatcherOptions,
    private readonly logger: Logger,
  ) {
    this.maxSends = options.maxSends ?? 4;
  }

  /** Writes to the log that are under way: a send keeps its place until the log settles it, timed out or not. */
  get sendsUnderWay(): number {
    return this.underWay.size;
  }

  /** How long the oldest write to the log is under way, ms; 0 when none is. */
  get oldestSendMs(): number {
    for (const batch of this.underWay) return performance.now() - batch.sentAt;
    return 0;
  }

  submit(message: LogMessage, listener: OutcomeListener, index: number): void {
    const { maxBytes, maxMessages, lingerMs } = this.options;
    const bytes = Buffer.byteLength(message.key) + Buffer.byteLength(message.value);
    if (this.open !== undefined && this.open.bytes + bytes > maxBytes) this.close();
    let batch = this.open;
    if (batch === undefined) {
      batch = this.open = new Batch();
      this.openIsDue = false;
      this.linger = setTimeout(() => this.flush(), lingerMs);
      batch.expiry = setTimeout((late: Batch) => this.expire(late), this.options.publishTimeoutMs, batch);
    }
    batch.add(message, bytes, listener, index);
    if (batch.messages.length >= maxMessages || batch.bytes >= maxBytes) this.close();
  }

  /** Sends what is gathered as soon as a send is free, without waiting for the linger. */
  flush(): void {
    this.openIsDue = true;
    this.pump();
  }

  private close(): void {
    if (this.open === undefined) return;
    clearTimeout(this.linger);
    this.line.push(this.open);
    this.open = undefined;
    this.pump();
  }

  private pump(): void {
    while (this.underWay.size < this.maxSends) {
      let batch = this.line.shift();
      if (batch === undefined) {
        if (this.open === undefined || !this.openIsDue) return;
        clearTimeout(this.linger);
        batch = this.open;
        this.open = undefined;
      }
      void this.send(batch);
    }
  }

  private async send(batch: Batch): Promise<void> {
    batch.sentAt = performance.now();
    this.underWay.add(batch);
    try {
      await this.publish(batch, 0, batch.messages.length);
    } finally {
      clearTimeout(batch.expiry);
      this.underWay.delete(batch);
      this.pump();
    }
  }

  /** Writes the messages from `start` to `end` and settles them. Never rejects. */
  private async publish(batch: Batch, start: number, end: number): Promise<void> {
    const whole = start === 0 && end === batch.messages.length;
    try {
      await this.log.publish(whole ? batch.messages : batch.messages.slice(start, end));
    } catch (error) {
      if (end - start > 1 && error instanceof MeterpulseError && error.code === 'LOG_MESSAGE_TOO_LARGE') {
        // The log refuses a write as a whole: halving it finds the one at fault and spares its neighbours.
        const middle = (start + end) >>> 1;
        await this.publish(batch, start, middle);
        await this.publish(batch, middle, end);
        return;
      }
      if (batch.settled < end) {
        this.logger.warn({ err: error, messages: end - start }, 'the log did not take a batch');
        settle(batch, end, undefined);
      }
      return;
    }
    settle(batch, end, DURABLE);
  }

  private expire(batch: Batch): void {
    if (batch === this.open) {
      clearTimeout(this.linger);
      this.open = undefined;
    } else {
      const waiting = this.line.indexOf(batch);
      if (waiting >= 0) this.line.splice(waiting, 1);
    }
    this.logger.warn({ messages: batch.messages.length - batch.settled }, 'the log did not confirm in time');
    settle(batch, batch.messages.length, undefined);
  }
}

/** Gives all messages before `end` that have no outcome yet theirs; undefined is `unavailable`, with a hint of its own each. */
function settle(batch: Batch, end: number, outcome: Outcome | undefined): void {
  const { listeners, indices } = batch;
  while (batch.settled < end) {
    const at = batch.settled++;
    listeners[at]?.settle(indices[at] ?? 0, outcome ?? { kind: 'unavailable', retryAfterMs: retryHintMs() });
  }
}
