/**
 * Only what the dashboard needs, and only from here: nothing inline, nothing evaluated, nothing of others. No
 * upgrade-insecure-requests: on plain http it would send the browser to an https that isn't there.
 *
 * @param socketOrigins that the page connects to beside its own.
 */
export function contentSecurityPolicy(socketOrigins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...socketOrigins].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
