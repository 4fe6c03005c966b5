import type { Config } from '../../config/config.js';
import type { TlsMode } from '../../config/tls-variables.js';
import type { GatewayListener } from '../gateway/gateway-options.js';
import type { ListenerName, ListenerTls } from '../tls/listener-tls.js';
import { tlsMetrics } from '../tls/tls-metrics.js';
import type { RoleContext } from './role-context.js';

/** How a listener of this role speaks TLS; null: it is plain. */
export function listenerTls(
  { config, logger, registry }: RoleContext,
  name: ListenerName,
  mode: TlsMode,
): ListenerTls | null {
  const metrics = tlsMetrics(registry);
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = config;
  if (mode === 'off' || certFile === undefined || keyFile === undefined) return null;
  return {
    name,
    files: { certFile, keyFile, ...(mode === 'mutual' ? clientsOf(config) : {}) },
    minVersion: `TLSv${config.TLS_MIN_VERSION}`,
    reloadMs: config.TLS_RELOAD_INTERVAL_MS,
    logger,
    metrics,
  };
}

/** What processes of their own are told, since they read the environment themselves: of a part that speaks none there may be files. */
export function tlsEnvironment(config: Config): Record<string, string> {
  const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE, TLS_CLIENT_CRL_FILE, GATEWAY_TLS } = config;
  const files = { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE, TLS_CLIENT_CRL_FILE };
  const named = Object.entries(files).map(([name, path]) => [name, path ?? ''] as const);
  // The primary says the ports, of which there may be none.
  return { ...Object.fromEntries(named), GATEWAY_TLS, GATEWAY_PLAIN_PORT: '', GATEWAY_MUTUAL_TLS_PORT: '' };
}

/** The same configuration, with every listener plain. */
export function withoutTls(config: Config): Config {
  return {
    ...config,
    ...{ GATEWAY_TLS: 'off', API_TLS: 'off', LIVE_TLS: 'off', ADMIN_TLS: 'off' },
    ...{ TLS_CERT_FILE: undefined, TLS_KEY_FILE: undefined },
    ...{ TLS_CLIENT_CA_FILE: undefined, TLS_CLIENT_CRL_FILE: undefined },
    ...{ GATEWAY_PLAIN_PORT: undefined, GATEWAY_MUTUAL_TLS_PORT: undefined },
  };
}

/** The gateway's ports beside GATEWAY_PORT. */
export function otherGatewayListeners(context: RoleContext): GatewayListener[] {
  const { GATEWAY_PLAIN_PORT: plain, GATEWAY_MUTUAL_TLS_PORT: mutual } = context.config;
  const variables: [number | undefined, string, TlsMode][] = [
    [plain, 'GATEWAY_PLAIN_PORT', 'off'],
    [mutual, 'GATEWAY_MUTUAL_TLS_PORT', 'mutual'],
  ];
  return variables.flatMap(([port, variable, mode]) =>
    port === undefined ? [] : [{ port, variable, tls: listenerTls(context, 'gateway-mutual', mode) }],
  );
}

function clientsOf({ TLS_CLIENT_CA_FILE: caFile, TLS_CLIENT_CRL_FILE: crlFile }: Config) {
  if (caFile === undefined) throw new RangeError('mutual TLS without TLS_CLIENT_CA_FILE');
  return { clients: { caFile, ...(crlFile === undefined ? {} : { crlFile }) } };
}
