import type { Session } from './session.js';

/** Something to tell the server, before it has an id. */
export interface Message {
  /** An action of OCPP; `raw` for a frame that was typed. */
  readonly action: string;
  /** For people: `1250.5 kWh`. */
  readonly summary: string;
  /** JSON text, asked for when it leaves; for `raw` the whole frame. null: there is no sense in it any more. */
  readonly payload: () => string | null;
  /** Kept until the server takes it, over lost connections and retries: readings and sessions are. */
  readonly kept: boolean;
  /** The session that it starts or stops. */
  readonly session: { readonly of: Session; readonly event: 'start' | 'stop' } | null;
}

export interface Answer {
  readonly verdict: 'accepted' | 'rejected' | 'unanswered' | 'discarded';
  /** From sending to the answer; null without one. */
  readonly latencyMs: number | null;
  /** Error code of the protocol, or a status such as `Blocked`; '' when accepted. */
  readonly code: string;
  readonly description: string;
  readonly path: string;
  /** What the answer holds. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A message on its way. */
export interface Exchange {
  readonly message: Message;
  readonly number: number;
  /** Times it was sent. */
  readonly attempt: number;
  /** Of the latest attempt: `m7`, `m7.2`. */
  readonly id: string;
  /** What was sent, so that it can be repeated; null when it hasn't left yet. */
  readonly sentPayload: string | null;
  /** Fulfilled with the answer, or with null when it waits for a connection that isn't wanted now. */
  readonly settled: Promise<Answer>;
}
