/**
 * How the gateway speaks a wire protocol without knowing it. One implementation a protocol: text in -> what to write to
 * the log and how to answer. Implementations are pure: no I/O, no clock, no state beyond the session they are given.
 */
import type { ProtocolName } from './envelope.js';
import type { Leniency } from './ocpp/leniencies.js';
import type { RejectReason } from './reject.js';
import type { SentEnvelope } from './sent-envelope.js';

/** What a protocol may know of the socket a frame came by. */
export interface FrameContext {
  /** From the path `/ocpp/{id}`; null on `/ingest`, where each message names its own. */
  readonly chargePointId: string | null;
  /** When the frame was complete, ms since 1970 UTC. */
  readonly receivedAt: number;
  /** Seconds between heartbeats that a charge point is to keep if it asks in this frame; longer under load. */
  readonly heartbeatIntervalS: number;
  /** Whether who sends it may speak for a charge point that it names; absent: for any. */
  readonly maySpeakFor?: ((chargePointId: string) => boolean) | undefined;
  /** Of a sender that signs: the text that was signed, or why the frame is not taken. Absent: frames are not signed. */
  readonly openFrame?:
    | ((
        text: string,
      ) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string })
    | undefined;
}

/** What a charge point says of itself when it boots; '' where it says nothing. Clean texts of at most 50 characters. */
export interface BootData {
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmwareVersion: string;
}

/** A charge point's answer to a call of ours. */
export type CallReply =
  | { readonly kind: 'result'; readonly messageId: string; readonly payload: unknown }
  | {
      readonly kind: 'error';
      readonly messageId: string;
      readonly code: string;
      readonly description: string;
      readonly details: unknown;
    };

/** A call to a charge point as it goes over the wire, or why it can't: the request's own fault. */
export type EncodedCall =
  | { readonly ok: true; readonly text: string }
  /** `unknown_action`: none that a server may call; `invalid_payload`: its schema refuses it, `path` is a JSON pointer. */
  | {
      readonly ok: false;
      readonly fault: 'unknown_action' | 'invalid_payload';
      readonly path: string;
      readonly detail: string;
    };

/** What became of one envelope of a frame. */
export type Outcome =
  /** The log has it durably. */
  | { readonly kind: 'durable' }
  /** The log can't take it now; nothing was promised. */
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number };

/** What the gateway does with one frame. */
export interface Handled {
  /** To be published, in order, before the answer; empty for what needs no log (Heartbeat, a protocol error). */
  readonly envelopes: readonly SentEnvelope[];
  /**
   * The text to send back, given one outcome for each envelope, in their order; null sends nothing.
   * Called once, after the last envelope's outcome is known.
   */
  answer(outcomes: readonly Outcome[]): string | null;
  /** For metrics and logs: `accepted`, `rejected` or `invalid` for each message in the frame. */
  readonly verdicts: readonly Verdict[];
  /** Where the frame errs against its schema and is understood all the same, each once; absent means nowhere. */
  readonly leniencies?: readonly Leniency[];
  /** What the frame tells of the charge point itself. */
  readonly boot?: BootData;
  /** The frame answers a call of ours. */
  readonly reply?: CallReply;
}

export interface Verdict {
  /** accepted: readings in it; rejected: attributable, kept as a reject; invalid: not attributable or not a message. */
  readonly kind: 'accepted' | 'rejected' | 'invalid' | 'control';
  /** Action (`MeterValues`, `Heartbeat`, ...) or null. */
  readonly action: string | null;
  readonly messageId: string | null;
  readonly reason: RejectReason | null;
}

export interface ChargerProtocol {
  readonly name: ProtocolName;
  /** WebSocket subprotocol to negotiate; null when there is none. */
  readonly subprotocol: string | null;
  /** Handles one text frame. Never throws, whatever the text. */
  handle(text: string, context: FrameContext): Handled;
  /** What to do about a frame larger than `maxBytes`, of which nothing was read: its socket is being closed. */
  oversizedFrame(maxBytes: number, context: FrameContext): Handled;
  /** A call to the charge point, checked against the protocol's schema; null: this protocol has no calls to its clients. */
  readonly encodeCall: ((messageId: string, action: string, payload: unknown) => EncodedCall) | null;
  /** Where a reply differs from its schema, a sentence each; it counts all the same. */
  readonly judgeReply?: (action: string, payload: unknown) => readonly string[];
  /** The answer to a binary frame (none of our protocols has any); the socket stays open. */
  binaryFrame(): string;
}
