import cors from 'cors';
import type { RequestHandler } from 'express';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const REQUEST_HEADERS = [
  'Accept',
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
];
const RESPONSE_HEADERS = ['ETag', 'Location', 'Retry-After', 'X-Request-Id'];
const PREFLIGHT_MAX_AGE_S = 600;

/**
 * Lets pages of these origins, and of no others, read answers (CORS). Without credentials that browsers add by themselves:
 * whoever asks sends a token, and never a cookie. A preflight goes on to its route, which knows its methods.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  return cors({
    origin: [...origins],
    methods: METHODS,
    allowedHeaders: REQUEST_HEADERS,
    exposedHeaders: RESPONSE_HEADERS,
    maxAge: PREFLIGHT_MAX_AGE_S,
    preflightContinue: true,
  });
}
