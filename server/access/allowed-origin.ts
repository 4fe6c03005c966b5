const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Whether a page of this origin may connect. Browsers let any page connect to any WebSocket, one on the reader's own machine
 * included, and tell where the page is from: that is judged here, as they judge requests by themselves.
 *
 * @param origins `*` any; null: those of the host that was asked, whatever the port.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  origins: readonly string[] | null,
): boolean {
  if (origin === undefined) return true;
  if (origins !== null) return origins.includes('*') || origins.includes(origin);
  const from = hostnameOf(origin);
  const asked = hostnameOf(`http://${host ?? ''}`);
  if (from === null || asked === null) return false;
  return from === asked || (LOOPBACK.test(from) && LOOPBACK.test(asked));
}

function hostnameOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname : null;
}
