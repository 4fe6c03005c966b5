import { problem, type Problem } from '../../controllers/problem.js';
import type { Route } from '../../routes/route.js';
import { may, type Access, type Knock, type Principal } from '../access/access.js';
import type { Limited, RequestLimits } from '../limits/request-limits.js';

export type Admitted =
  | { readonly ok: true; readonly principal: Principal }
  /** `principal`: null: it is not known who asks. */
  | { readonly ok: false; readonly problem: Problem; readonly principal: Principal | null };

/** Of routes that are everybody's: they have no rows. */
const NOBODY: Principal = {
  name: 'nobody',
  scopes: new Set(),
  sites: new Set(),
  chargePointIds: new Set(),
  expiresAt: Infinity,
};
/** RFC 9110 demands one with 401. */
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="meterpulse"' };

/** Who asks, and whether a route is for them. Rejects when that can't be found out. */
export async function admit(
  access: Access,
  { scope, audience }: Pick<Route, 'scope' | 'audience'>,
  knock: Knock,
  limits: RequestLimits | null,
): Promise<Admitted> {
  if (scope === null) return { ok: true, principal: NOBODY };
  const principal = await access.identify(knock);
  if (principal === null) {
    const detail = 'Credentials are missing, or are none that are known here.';
    return { ok: false, problem: problem('unauthorized', detail, { headers: CHALLENGE }), principal };
  }
  const limited = limits?.ofPrincipal(principal) ?? null;
  if (limited !== null) return { ok: false, problem: tooMany(limited), principal };
  if (scope !== 'identified' && !may(principal, scope)) {
    const detail = `This takes the scope ${scope}, which your credentials lack.`;
    return { ok: false, problem: problem('forbidden', detail), principal };
  }
  if (audience === 'all' && principal.sites !== null) {
    const detail = 'This route answers those alone who may see every site.';
    return { ok: false, problem: problem('forbidden', detail), principal };
  }
  return { ok: true, principal };
}

const WHOSE: Readonly<Record<Limited['limit'], string>> = {
  key: 'These credentials',
  site: 'Those who are shown a site of yours',
  address: 'Your address',
};

/** What somebody is told who asks too often. */
export function tooMany({ limit, perMinute, retryAfterS }: Limited): Problem {
  const detail = `${WHOSE[limit]} may ask ${perMinute} times a minute.`;
  return problem('too-many-requests', detail, { headers: { 'Retry-After': String(retryAfterS) } });
}
