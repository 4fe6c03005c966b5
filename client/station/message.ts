/** Something to tell the server, before it has an id. */
export interface Message {
  /** An action of OCPP; `raw` for a frame that was typed. */
  readonly action: string;
  /** JSON text, asked for when it leaves; for `raw` the whole frame. null: there is no sense in it any more. */
  readonly payload: () => string | null;
  /** Kept until the server takes it, over lost connections and retries: readings and sessions are. */
  readonly kept: boolean;
}

export interface Answer {
  readonly verdict: 'accepted' | 'rejected' | 'unanswered' | 'discarded';
  /** The server has the message: it gave a result, whatever the result says of a card or a status. */
  readonly taken: boolean;
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
export interface Exchange<M extends Message = Message> {
  readonly message: M;
  readonly number: number;
  /** Times it was sent. */
  readonly attempt: number;
  /** Of the latest attempt: `m7`, `m7.2`. */
  readonly id: string;
  /** What was sent, so that it can be repeated; null when it hasn't left yet. */
  readonly sentPayload: string | null;
  /** Fulfilled with the answer, or what else became of it. */
  readonly settled: Promise<Answer>;
}
