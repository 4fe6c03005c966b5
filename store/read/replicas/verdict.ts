import { messageOf } from '../../postgres-error.js';

/** What a replica says about itself. */
export interface ReplicaAnswer {
  /** False: it takes writes, so it is a primary. */
  readonly isStandby: boolean;
  /** Up to where it has replayed the log, bytes; null on a primary. */
  readonly replayed: bigint | null;
  /** Shared by a primary and all its standbys, and by no others; undefined when this user may not ask. */
  readonly systemId: string | undefined;
}

/** Why a replica is not read from. `unknown`: it or the primary has not been asked for long enough to tell. */
export type Unfitness = 'unknown' | 'unreachable' | 'not_a_standby' | 'foreign' | 'behind';

export type Verdict =
  | { readonly fit: true; readonly lagMs: number }
  | {
      readonly fit: false;
      readonly why: Unfitness;
      /** For the log: what the operator should know. */
      readonly detail: string;
      /** Infinity: more than is known. Absent: it makes no sense. */
      readonly lagMs?: number;
    };

/** What the answer is held against. */
export interface Watched {
  /** Of the primary; undefined when this user may not ask. */
  readonly systemId: string | undefined;
  /** By how much the replica is older than the primary at most; Infinity: by more than `watchedMs`. */
  readonly lagMs: number;
  /** For how long the primary has been watched. */
  readonly watchedMs: number;
}

/** Whether a replica that answered may be read from. */
export function judgeReplica(answer: ReplicaAnswer, primary: Watched, maxLagMs: number): Verdict {
  if (!answer.isStandby || answer.replayed === null)
    return {
      fit: false,
      why: 'not_a_standby',
      detail: 'it is no standby but takes writes itself: does the URL name the primary?',
    };
  if (answer.systemId !== undefined && primary.systemId !== undefined && answer.systemId !== primary.systemId)
    return {
      fit: false,
      why: 'foreign',
      detail: `it is a standby of another system (${answer.systemId}) than DATABASE_URL names (${primary.systemId})`,
    };
  const { lagMs } = primary;
  if (lagMs <= maxLagMs) return { fit: true, lagMs };
  if (lagMs === Infinity && primary.watchedMs <= maxLagMs)
    return { fit: false, why: 'unknown', detail: 'its lag is not known yet' };
  const amount = lagMs === Infinity ? `more than ${Math.round(primary.watchedMs)}` : Math.round(lagMs);
  return {
    fit: false,
    why: 'behind',
    detail: `it is ${amount} ms behind, the limit is ${maxLagMs} ms`,
    lagMs,
  };
}

/** The verdict on one that a probe or a read didn't get through to. */
export function unreachable(error: unknown): Verdict {
  return { fit: false, why: 'unreachable', detail: `it can't be reached: ${messageOf(error)}` };
}
