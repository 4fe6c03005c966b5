import type { Candidate } from './classify-readings.js';

/** A reading with its names replaced by the ids of the dictionaries: what a row of `readings` is made of. */
export interface StagedRow extends Candidate {
  /** Index of its message in the batch. */
  readonly message: number;
  /** Index of its reading in the message; beyond those, of the readings that had waited for it. */
  readonly part: number;
  readonly seriesId: number;
  readonly contextId: number;
  /** ms since 1970 UTC. */
  readonly timestampMs: number;
  readonly value: number;
  readonly transactionId: number | null;
  readonly externalId: string | null;
  readonly quality: number;
  /** ms since 1970 UTC. */
  readonly receivedAtMs: number;
}
