/** Where a command is. `queued` and `sent` are open, the others are its end. */
export const COMMAND_STATES = [
  'queued',
  'sent',
  'answered',
  'error',
  'failed',
  'timed_out',
  'expired',
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/** Why a command failed by no word of the charge point. */
export const COMMAND_FAILURES = [
  /** Its connection was gone before the call was sent. */
  'not_connected',
  /** Its connection ended after the call was sent: it may have done it. */
  'connection_lost',
  /** Too many calls wait for the charge point already. */
  'queue_full',
  /** The connection's protocol has no such call. */
  'unknown_action',
  /** The protocol's schema refuses the payload. */
  'invalid_payload',
  /** The charge point answered more than is kept. */
  'answer_too_large',
] as const;
export type CommandFailure = (typeof COMMAND_FAILURES)[number];

/** How a command ended, as the gateway that had it tells. */
export type CommandEnd =
  | { readonly state: 'answered'; readonly answer: unknown }
  | {
      readonly state: 'error';
      readonly code: string;
      readonly description: string;
      readonly details: unknown;
    }
  | { readonly state: 'failed'; readonly failure: CommandFailure; readonly detail: string }
  | { readonly state: 'timed_out' }
  /** Its time was up before it was sent. */
  | { readonly state: 'expired' };
