import type { Answer, Exchange } from './message.js';

/** What happens, for whoever shows it. Texts of the server are as sent: not clean. */
export type ClientEvent =
  /** Somebody wants a connection. */
  | { readonly type: 'connecting' }
  | { readonly type: 'connected'; readonly url: string; readonly chargePointId: string; readonly ms: number }
  | {
      readonly type: 'connectionFailed';
      readonly url: string;
      readonly cause: Error;
      readonly retryInMs: number;
    }
  | { readonly type: 'refused'; readonly url: string; readonly status: number; readonly detail: string }
  | {
      readonly type: 'closed';
      readonly code: number;
      readonly reason: string;
      /** As asked for by drop, offline or quit. */
      readonly wanted: boolean;
      readonly waiting: number;
    }
  | { readonly type: 'queued'; readonly exchange: Exchange; readonly waiting: number }
  | { readonly type: 'answered'; readonly exchange: Exchange; readonly answer: Answer; readonly note: string }
  | {
      readonly type: 'retry';
      readonly exchange: Exchange;
      readonly latencyMs: number;
      readonly code: string;
      readonly description: string;
      readonly againInMs: number;
    }
  /** No answer came in time. */
  | { readonly type: 'silent'; readonly exchange: Exchange; readonly afterMs: number }
  | {
      readonly type: 'called';
      readonly action: string;
      readonly payload: unknown;
      readonly answeredBy: string;
    }
  /** Nobody asked for it. */
  | { readonly type: 'unexpected'; readonly text: string }
  | { readonly type: 'frame'; readonly direction: 'sent' | 'heard'; readonly text: string }
  | { readonly type: 'note'; readonly text: string }
  /** A command that can't be done. */
  | { readonly type: 'problem'; readonly text: string }
  /** Pairs of a label and what it is. */
  | { readonly type: 'facts'; readonly title: string; readonly facts: readonly (readonly [string, string])[] }
  | { readonly type: 'help'; readonly topic: string | null }
  /** Nothing to tell, but the prompt may be another. */
  | { readonly type: 'changed' };
