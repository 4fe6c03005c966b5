import type { ProtocolName } from '../../protocol/envelope.js';
import type { Row } from './row.js';

/** What a frame from the server means for the replay. */
export type Incoming =
  | { readonly kind: 'ready' }
  | { readonly kind: 'greetAgain'; readonly afterMs: number }
  | { readonly kind: 'accepted'; readonly id: string }
  /** `reason` is what the server says in words; '' when it says nothing. */
  | { readonly kind: 'rejected'; readonly id: string; readonly code: string; readonly reason: string }
  /** `afterMs` is null when the server named no time. */
  | { readonly kind: 'retry'; readonly id: string; readonly afterMs: number | null }
  /** A row was rejected, and the server couldn't read which. */
  | { readonly kind: 'nameless'; readonly code: string; readonly reason: string }
  | { readonly kind: 'reply'; readonly text: string };

/** How the replay speaks a wire protocol: pure, text in and text out. */
export interface Dialect {
  readonly name: ProtocolName;
  /** WebSocket subprotocol to ask for. */
  readonly subprotocol: string | undefined;
  /** At most this many messages unanswered on a socket; undefined leaves it to the options. */
  readonly window: number | undefined;
  /** Whether each charge point has a socket of its own. */
  readonly socketPerChargePoint: boolean;
  /** Whether an address can carry the id. */
  canAddress(chargePointId: string): boolean;
  url(base: URL, chargePointId: string): string;
  /** What opens a connection; rows follow once `ready` came. Null: rows follow at once. `attempt` counts from 1. */
  greeting(attempt: number): string | null;
  /** A row as a frame; a payload that isn't JSON in a way that has the server keep it. `attempt` counts from 1. */
  encode(row: Row, attempt: number): { readonly id: string; readonly frame: string };
  /** Never throws; what can't be understood is left out. */
  decode(text: string): readonly Incoming[];
}
