import type { Server } from 'node:http';
import { createUpgradeServer, type UpgradeServerOptions } from '../sockets/create-upgrade-server.js';
import { refusal, route, upgradeRequired, type Refusal } from './admission.js';
import { MAX_HEADER_BYTES } from './refusals.js';

/** The HTTP server before the gateway's WebSockets. */
export function createHandshakeServer(
  handlers: Pick<
    UpgradeServerOptions<Refusal>,
    'maxConnections' | 'tls' | 'upgrade' | 'onRefused' | 'onRevoked' | 'onTlsRefused'
  >,
): Server {
  return createUpgradeServer<Refusal>({
    ...handlers,
    maxHeaderBytes: MAX_HEADER_BYTES,
    plain: ({ method, url }) => {
      const routed = route(method, url);
      return routed.ok ? upgradeRequired() : routed.refusal;
    },
    broken: (code) => {
      if (code === 'HPE_HEADER_OVERFLOW') return refusal('headersTooLarge');
      return refusal(code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'incomplete' : 'malformedHttp');
    },
  });
}
