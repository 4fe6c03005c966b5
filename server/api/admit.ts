import type { Request } from 'express';
import { problem, type Problem } from '../../controllers/problem.js';
import type { RouteAudience } from '../../routes/route.js';
import type { Access, Principal } from '../access/access.js';

export type Admitted =
  { readonly ok: true; readonly principal: Principal } | { readonly ok: false; readonly problem: Problem };

/** Of routes that are everybody's: they have no rows. */
const NOBODY: Principal = { name: 'nobody', sites: new Set() };
/** RFC 9110 demands one with 401. */
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="meterpulse"' };

/** Who asks, and whether a route is for them. Rejects when that can't be found out. */
export async function admit(access: Access, audience: RouteAudience, request: Request): Promise<Admitted> {
  if (audience === 'public') return { ok: true, principal: NOBODY };
  const { headers, socket } = request;
  const principal = await access.identify({ headers, remoteAddress: socket.remoteAddress ?? '' });
  if (principal === null) {
    const detail = 'Credentials are missing, or are none that are known here.';
    return { ok: false, problem: problem('unauthorized', detail, { headers: CHALLENGE }) };
  }
  if (audience === 'all' && principal.sites !== null) {
    const detail = 'This route answers those alone who may see every site.';
    return { ok: false, problem: problem('forbidden', detail) };
  }
  return { ok: true, principal };
}
