/**
 * What the cluster primary and its processes say to each other, over node's IPC channel.
 *
 *     process -> primary   ready, claimed, failed, answer
 *     primary -> process   stop, claimed, ask
 */
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { ErrorCode } from '../../helpers/meterpulse-error.js';

/** A charge point and when its socket claimed it, microseconds of the machine's monotonic clock. */
export type Claim = readonly [chargePointId: string, claimedAt: number];

/** Charge points that connected to a process: its siblings close their older sockets of them. */
export interface ClaimedMessage {
  readonly type: 'claimed';
  readonly claims: readonly Claim[];
}

export type MetricsJson = MetricObjectWithValues<MetricValue<string>>[];

export type FromProcess =
  /** Connections are accepted on `port`. */
  | { readonly type: 'ready'; readonly port: number }
  /** The process is about to end by this error. */
  | {
      readonly type: 'failed';
      readonly code: ErrorCode | null;
      readonly canRetry: boolean;
      readonly message: string;
      readonly remedy: string | null;
    }
  | ClaimedMessage
  /** To the `ask` of the same number: metrics, or null; and what keeps the process from being ready, or null. */
  | {
      readonly type: 'answer';
      readonly number: number;
      readonly metrics: MetricsJson | null;
      readonly unready: string | null;
    };

export type ToProcess =
  /** `handover`: another process takes its place already, so it takes no new sockets any more. */
  | { readonly type: 'stop'; readonly handover: boolean }
  | ClaimedMessage
  | { readonly type: 'ask'; readonly number: number; readonly what: 'metrics' | 'readiness' };

/** The channel carries other messages too (node's own, libraries'): ours have a known `type`. */
export function isFromProcess(message: unknown): message is FromProcess {
  return hasType(message, ['ready', 'failed', 'claimed', 'answer']);
}

export function isToProcess(message: unknown): message is ToProcess {
  return hasType(message, ['stop', 'claimed', 'ask']);
}

function hasType(message: unknown, types: readonly string[]): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    typeof message.type === 'string' &&
    types.includes(message.type)
  );
}
