import type { Response } from 'express';

/** What the stages of handling one request tell each other. */
export interface ApiLocals {
  requestId: string;
  /** Template of the route that matched; `unmatched` until one does. Never the path itself: labels must stay few. */
  route: string;
  /** An export that we ended before its end: something failed, or it took too long for its limits. */
  brokenOff?: 'failure' | 'limit';
}

export type ApiResponse = Response<unknown, ApiLocals>;
