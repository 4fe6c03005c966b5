import express, { Router, type NextFunction, type Request } from 'express';
import type { ApiResponse } from '../api-response.js';
import { contentSecurityPolicy } from './content-security-policy.js';
import { addressesFor, socketOrigins, type DashboardServers } from './dashboard-servers.js';
import { UNBUILT_PAGE } from './unbuilt-page.js';

export interface DashboardParts {
  /** Of the built dashboard; null when there is none. Asked for by each request: it may be built while we run. */
  readonly directory: () => string | null;
  /** Asked by each request: some servers learn their port late. */
  readonly servers: () => DashboardServers;
  /** Whether one has to say who one is. */
  readonly signIn: boolean;
}

/** Names of assets carry a hash of their content. */
const ASSETS_MAX_AGE = '1y';

/** The dashboard at `/`, its files below `/assets/`, and where it finds its servers at `/dashboard.json`. */
export function mountDashboard({ directory, servers, signIn }: DashboardParts): Router {
  const router = Router({ strict: true, caseSensitive: true });

  router.get('/dashboard.json', (request: Request, response: ApiResponse) => {
    response.locals.route = '/dashboard.json';
    const addresses = addressesFor(servers(), request.get('Host'));
    response.set('Cache-Control', 'no-cache').json({ ...addresses, signIn });
  });

  router.get('/', (request: Request, response: ApiResponse, next: NextFunction) => {
    response.locals.route = '/';
    const host = request.get('Host');
    const policy = contentSecurityPolicy(socketOrigins(addressesFor(servers(), host), host));
    response.set('Content-Security-Policy', policy);
    const root = directory();
    if (root === null) {
      response.status(503).set('Cache-Control', 'no-store').type('html').send(UNBUILT_PAGE);
      return;
    }
    // The page names the assets of its version: it has to be asked for each time.
    response.set('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root, cacheControl: false }, (error) => {
      // A client that went away is no failure of ours.
      if (error !== undefined && !response.destroyed) next(error);
    });
  });

  router.use('/assets', (request: Request, response: ApiResponse, next: NextFunction) => {
    const root = directory();
    if (root === null) {
      next();
      return;
    }
    response.locals.route = '/assets';
    assetsOf(root)(request, response, next);
  });
  return router;
}

/** Only what lies in `assets` itself; anything else is left to the API's own 404. */
function assetsOf(root: string): express.Handler {
  return express.static(`${root}/assets`, {
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    immutable: true,
    maxAge: ASSETS_MAX_AGE,
  });
}
