import { constants } from 'node:crypto';
import { createServer as createPlainServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { countersBy } from '../observability/counters-by.js';
import type { ListenerTls } from './listener-tls.js';
import { TLS_REFUSALS, type TlsRefusal } from './tls-metrics.js';
import { readTlsMaterial, stateOfFiles, type TlsMaterial } from './tls-material.js';

export type OnTlsRefused = (reason: TlsRefusal, address: string | undefined) => void;

/** Time a client has to agree on TLS, ms. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * An HTTP server, over TLS where `tls` is given. While it listens, the files of TLS are looked at, and what changed is in
 * force for whoever connects afterwards; files that can't be used leave what was. Throws CONFIG_INVALID when they can't be
 * used at the start.
 *
 * @param onRevoked told which serial numbers are taken back, each time when there are new ones.
 * @param onRefused told of each client with which TLS did not come about; `address` undefined: it was gone already.
 */
export function createWebServer(
  options: ServerOptions,
  tls: ListenerTls | null,
  onRevoked: (serials: ReadonlySet<string>) => void = () => undefined,
  onRefused: OnTlsRefused = () => undefined,
): Server {
  if (tls === null) return createPlainServer(options);
  const { files, minVersion } = tls;
  let state = stateOfFiles(files);
  const first = readTlsMaterial(files);
  if (!first.ok) {
    throw new MeterpulseError('CONFIG_INVALID', `TLS of the listener '${tls.name}': ${first.why}.`, {
      remedy:
        'Correct the files that TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE and TLS_CLIENT_CRL_FILE name.',
    });
  }
  const isMutual = files.clients !== undefined;
  const contextOptions = ({ options: material }: TlsMaterial) => ({
    ...material,
    minVersion,
    honorCipherOrder: true,
    // A session that is resumed shows no certificate again, so that one which was taken back meanwhile would go on.
    ...(isMutual ? { secureOptions: constants.SSL_OP_NO_TICKET } : {}),
  });
  const server: TlsServer = createTlsServer({
    ...options,
    ...contextOptions(first.material),
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    requestCert: isMutual,
    rejectUnauthorized: isMutual,
  });
  let revoked = first.material.revoked;
  tellExpiry(tls, first.material);
  const { metrics, name: listener } = tls;
  const refused = countersBy(TLS_REFUSALS, (reason) => metrics.refused.labels({ listener, reason }));
  const reloads = countersBy(['taken', 'failed'], (outcome) => metrics.reloads.labels({ listener, outcome }));

  const look = (): void => {
    const now = stateOfFiles(files);
    if (now === state) return;
    state = now;
    const read = readTlsMaterial(files);
    reloads[read.ok ? 'taken' : 'failed'].inc();
    if (!read.ok) {
      tls.logger.error(
        { listener, why: read.why },
        'the files of TLS have changed and can not be used: what was in force goes on',
      );
      return;
    }
    server.setSecureContext(contextOptions(read.material));
    tellExpiry(tls, read.material);
    tls.logger.info({ listener }, 'the files of TLS have changed: they are in force');
    const before = revoked;
    revoked = read.material.revoked;
    if ([...revoked].some((serial) => !before.has(serial))) onRevoked(revoked);
  };
  let timer: NodeJS.Timeout | undefined;
  server.on('listening', () => (timer ??= setInterval(look, tls.reloadMs).unref()));
  server.on('close', () => clearInterval(timer));
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const verdict = verdictOn(socket);
    const reason = refusalOf(verdict, error.code);
    refused[reason].inc();
    onRefused(reason, peerOf(socket));
    tls.logger.debug(
      { listener, reason, code: verdict ?? error.code, peer: peerOf(socket) },
      'TLS with a client did not come about',
    );
  });
  return server;
}

function tellExpiry({ metrics, name }: ListenerTls, { expires }: TlsMaterial): void {
  for (const [file, at] of Object.entries(expires)) {
    metrics.expires.set({ listener: name, file }, at / 1_000);
  }
}

/** One whose certificate is not taken is destroyed by the time that it is told: what lies under it remembers its peer, once asked. */
function peerOf(socket: TLSSocket & { readonly _parent?: Socket }): string | undefined {
  return socket.remoteAddress ?? socket._parent?.remoteAddress;
}

/** Types say Error; it is OpenSSL's code of what is wrong with the certificate, or null. */
function verdictOn({ authorizationError }: TLSSocket): string | undefined {
  const verdict: unknown = authorizationError;
  return typeof verdict === 'string' ? verdict : undefined;
}

function refusalOf(verdict: string | undefined, code: string | undefined): TlsRefusal {
  if (verdict === undefined) {
    return code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' ? 'no_certificate' : 'handshake';
  }
  if (verdict === 'CERT_REVOKED') return 'revoked';
  if (verdict === 'CERT_HAS_EXPIRED' || verdict === 'CERT_NOT_YET_VALID') return 'expired';
  return verdict.includes('CRL') ? 'revocation_list' : 'untrusted';
}
