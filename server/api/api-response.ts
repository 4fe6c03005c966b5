import type { Response } from 'express';

/** What the stages of handling one request tell each other. */
export interface ApiLocals {
  requestId: string;
  /** Template of the route that matched; `unmatched` until one does. Never the path itself: labels must stay few. */
  route: string;
}

export type ApiResponse = Response<unknown, ApiLocals>;
