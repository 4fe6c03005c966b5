import type { NextFunction, Request } from 'express';
import helmet from 'helmet';
import { SECURITY_HEADERS } from '../../helpers/security-headers.js';
import type { ApiResponse } from './api-response.js';

/** What the dashboard and the documentation never ask a browser for. */
const PERMISSIONS = ['camera', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');
const ONE_YEAR_S = 31_536_000;

const helmetHeaders = helmet({
  // Of what is no page: nothing at all. Pages set theirs.
  contentSecurityPolicy: false,
  // Browsers heed it behind TLS alone. Hosts below ours may be somebody else's.
  strictTransportSecurity: { maxAge: ONE_YEAR_S, includeSubDomains: false },
});

/** The headers that every answer has, before anything else is decided. */
export function securityHeaders(request: Request, response: ApiResponse, next: NextFunction): void {
  helmetHeaders(request, response, () => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    response.setHeader('Permissions-Policy', PERMISSIONS);
    next();
  });
}
