import type { FrameContext, Handled, Outcome } from '../../protocol/charger-protocol.js';
import type { RejectReason } from '../../protocol/reject.js';
import { encodeSent } from '../../protocol/sent-envelope.js';
import type { Channel } from './channel.js';
import type { FrameSampler } from './frame-sampler.js';
import type { FrameSource } from './frame-source.js';
import { LeniencyCounts } from './leniency-counts.js';
import type { GatewayMetrics } from './metrics.js';
import type { MicroBatcher } from './micro-batcher.js';
import { PendingFrame, type FrameOwner } from './pending-frame.js';
import { retryHintMs } from '../sockets/retry-hint.js';
import type { Sheddable, Shedding } from './shedding.js';

export interface FramePathParts {
  readonly batcher: MicroBatcher;
  readonly shedding: Pick<
    Shedding<Sheddable>,
    'budget' | 'refusesMessages' | 'noteRefusedMessages' | 'noteBoot'
  >;
  readonly metrics: GatewayMetrics;
  readonly sampler: FrameSampler;
  /** Called when the last frame that waited for the log is answered. */
  readonly onQuiet: () => void;
}

/** A frame costs more than its bytes while it waits: this much is added for its objects. */
const FRAME_OVERHEAD_BYTES = 512;
const DENIALS: readonly RejectReason[] = ['forbidden_charge_point', 'invalid_signature'];
const NO_OUTCOMES: readonly Outcome[] = Object.freeze([]);

/** The way of all sockets' frames: judged by the protocol, its messages to the log, the answer out once the log has them. */
export class FramePath implements FrameOwner {
  private waiting = 0;
  private readonly leniencies: LeniencyCounts<FrameSource>;

  constructor(private readonly parts: FramePathParts) {
    this.leniencies = new LeniencyCounts(parts.metrics.leniencies);
  }

  /** Frames whose answer waits for the log. */
  get unanswered(): number {
    return this.waiting;
  }

  /**
   * @param bytes of the frame.
   * @param now `performance.now()` when it was complete.
   */
  take(source: FrameSource, handled: Handled, text: string, bytes: number, now: number): void {
    this.leniencies.note(source, handled);
    this.sampleInvalid(source, handled, text);
    if (source.chargePointId === null) tellRefused(source, handled);
    if (handled.boot !== undefined) this.parts.shedding.noteBoot();
    if (handled.envelopes.length === 0) {
      finish(source, handled, NO_OUTCOMES);
    } else if (this.parts.shedding.refusesMessages) {
      this.parts.shedding.noteRefusedMessages(handled.envelopes.length);
      // The newest work is refused first: at once, so that it holds no memory.
      finish(
        source,
        handled,
        handled.envelopes.map(() => ({ kind: 'unavailable', retryAfterMs: retryHintMs() })),
      );
    } else {
      const waitMs = source.overLimitMs(handled.envelopes.length);
      if (waitMs === 0) this.publish(source, handled, bytes + FRAME_OVERHEAD_BYTES, now);
      else this.putOff(source, handled, waitMs);
    }
  }

  /** Its sender has had what it may have in a minute: nothing is promised, and it may come again. */
  private putOff(source: FrameSource, handled: Handled, waitMs: number): void {
    this.parts.metrics.limitedTotal.key_messages.inc();
    source.refused('limit_of_messages', handled.envelopes.length);
    const retryAfterMs = Math.ceil(waitMs) + retryHintMs();
    finish(
      source,
      handled,
      handled.envelopes.map(() => ({ kind: 'unavailable', retryAfterMs })),
    );
  }

  /** Of the frame nothing was read, yet somebody should know that it came. */
  takeOversized(source: FrameSource, maxBytes: number, context: FrameContext): void {
    this.take(source, source.channel.protocol.oversizedFrame(maxBytes, context), '', 0, performance.now());
  }

  /** Called by the batcher through the frame, once the log took or refused all of it. */
  complete(frame: PendingFrame): void {
    const { source } = frame;
    this.waiting--;
    this.parts.shedding.budget.release(frame.bytes);
    try {
      finish(source, frame.handled, frame.outcomes);
    } catch (error) {
      // The batch goes on: its other messages belong to other clients.
      source.fault(error);
    }
    if (frame.outcomes.every((outcome) => outcome.kind === 'durable')) {
      this.parts.metrics.ackSeconds.observe((performance.now() - frame.startedAt) / 1_000);
    }
    source.frameEnds(frame.bytes);
    if (this.waiting === 0) this.parts.onQuiet();
  }

  private publish(source: FrameSource, handled: Handled, bytes: number, now: number): void {
    const frame = new PendingFrame(this, source, handled, bytes, now);
    this.waiting++;
    source.frameBegins(bytes);
    this.parts.shedding.budget.add(bytes);
    let index = 0;
    for (const envelope of handled.envelopes) {
      const message = { key: envelope.chargePointId, value: encodeSent(envelope) };
      this.parts.batcher.submit(message, frame, index++);
    }
  }

  private sampleInvalid({ chargePointId, peer }: FrameSource, handled: Handled, text: string): void {
    const invalid = handled.verdicts.find((verdict) => verdict.kind === 'invalid');
    if (invalid !== undefined) {
      this.parts.sampler.sample(text, { chargePointId, peer, reason: invalid.reason });
    }
  }
}

/** Of what programs send: messages of charge points that aren't theirs, and frames that they have not signed. */
function tellRefused(source: FrameSource, { verdicts }: Handled): void {
  for (const reason of DENIALS) {
    const messages = verdicts.reduce((sum, verdict) => sum + (verdict.reason === reason ? 1 : 0), 0);
    if (messages > 0) source.refused(reason, messages);
  }
}

function finish(source: FrameSource, handled: Handled, outcomes: readonly Outcome[]): void {
  count(source.channel, handled, outcomes);
  const text = handled.answer(outcomes);
  if (text !== null) source.answer(text);
}

/** Accepted and rejected messages have one envelope each, in their order. */
function count({ messages }: Channel, handled: Handled, outcomes: readonly Outcome[]): void {
  let next = 0;
  for (const { kind } of handled.verdicts) {
    const outcome = kind === 'accepted' || kind === 'rejected' ? outcomes[next++] : undefined;
    messages[outcome?.kind === 'unavailable' ? 'retry' : kind].inc();
  }
}
