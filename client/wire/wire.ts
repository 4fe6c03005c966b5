import type { ProtocolName } from '../../protocol/envelope.js';

/** What the server says, whatever the protocol. Texts are as sent: not clean. */
export type Heard =
  | { readonly kind: 'result'; readonly id: string; readonly payload: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'error';
      /** null when the server couldn't tell which message it was. */
      readonly id: string | null;
      readonly code: string;
      readonly description: string;
      /** JSON pointer to what is wrong; '' for the whole message. */
      readonly path: string;
      /** The same message may be taken later. */
      readonly passing: boolean;
      /** ms after which to send it again; null when the server named no time. */
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'call'; readonly id: string; readonly action: string; readonly payload: unknown }
  /** Not a frame of this protocol. */
  | { readonly kind: 'noise' };

/** A protocol as this client speaks it: text in and text out. */
export interface Wire {
  readonly name: ProtocolName;
  /** WebSocket subprotocol to ask for. */
  readonly subprotocol: string | undefined;
  /** Whether there is more than readings: sessions, boot, heartbeats. */
  readonly hasCalls: boolean;
  url(base: URL, chargePointId: string): string;
  /** A request as a frame; `payload` is JSON text and goes as it is. */
  encode(request: {
    readonly id: string;
    readonly chargePointId: string;
    readonly action: string;
    readonly payload: string;
  }): string;
  /** Never throws. */
  decode(text: string): readonly Heard[];
  /** The good answer to a request of the server; null when the protocol has none. */
  answer(id: string, payload: object): string | null;
  /** The answer to a request of the server that this client doesn't serve; null when the protocol has none. */
  refuse(id: string, action: string): { readonly code: string; readonly frame: string } | null;
  /** Whether the server answers a frame that was typed by hand. */
  expectsAnswer(frame: string): boolean;
}
