import type { Response } from 'express';
import type { Problem } from '../../controllers/problem.js';
import type { Principal, Unknown } from '../access/access.js';

/** What the stages of handling one request tell each other. */
export interface ApiLocals {
  requestId: string;
  /** From where it comes, as far as proxies are trusted; null: the peer was gone already. */
  address: string | null;
  /** Template of the route that matched; `unmatched` until one does. Never the path itself: labels must stay few. */
  route: string;
  /** An export that we ended before its end: something failed, or it took too long for its limits. */
  brokenOff?: 'failure' | 'limit';
  /** Who asks; absent: it is not known, or nobody was asked. */
  principal?: Principal;
  /** Why it is not known who asks. */
  unknown?: Unknown;
  /** What was answered instead of what was asked for. */
  problem?: Problem;
  /** An export, as far as it has come. */
  exported?: { readonly format: string; rows: number };
}

export type ApiResponse = Response<unknown, ApiLocals>;
