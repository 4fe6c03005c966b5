import type { NextFunction, Request } from 'express';
import { problem } from '../../controllers/problem.js';
import { isAllowedHost } from '../access/allowed-host.js';
import { isAllowedOrigin } from '../access/allowed-origin.js';
import type { ApiResponse } from './api-response.js';
import { sendProblem } from './send-problem.js';

/** What pages of elsewhere may send to any machine without a question first. Browsers let them read nothing of the answer. */
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps pages of elsewhere out where nobody has to show who they are: those that reach this machine under a name of their own
 * (DNS rebinding), and those that send without reading.
 *
 * @param hosts names beside localhost by which it may be asked.
 * @param origins whose pages may ask all the same.
 */
export function noForeignPages(hosts: readonly string[], origins: readonly string[]) {
  return (request: Request, response: ApiResponse, next: NextFunction): void => {
    const { host, origin } = request.headers;
    const isReading = READS.has(request.method);
    if (!isAllowedHost(host, hosts)) {
      const detail =
        'Nobody has to show who they are here, so that it may be asked as localhost or by its address alone; ALLOWED_HOSTS names others.';
      sendProblem(request, response, problem('forbidden', detail));
    } else if (!isReading && !origins.includes(origin ?? '') && !isAllowedOrigin(origin, host, null)) {
      const detail = 'Nobody has to show who they are here, so that pages of elsewhere may change nothing.';
      sendProblem(request, response, problem('forbidden', detail));
    } else next();
  };
}
