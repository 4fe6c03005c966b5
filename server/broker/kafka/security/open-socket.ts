import { connect, isIP, Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { readPemFile, type PemKind } from '../../../../helpers/read-pem-file.js';
import { SecurityFileError, type KafkaTls } from './kafka-security.js';

/** Whoever spoke plain Kafka was answered with an alert of TLS. */
export class TlsListenerError extends Error {
  override readonly name = 'TlsListenerError';
  readonly code = 'TLS_LISTENER';
  readonly retriable = true;

  constructor() {
    super('the answer is one of TLS');
  }
}

export interface OpenedSocket {
  readonly socket: Socket;
  /** What the socket emits when requests may go. */
  readonly ready: 'connect' | 'secureConnect';
}

/** Opens a connection to a broker. Whatever fails, a file that can't be used included, comes as `error` of the socket. */
export function openSocket(to: TcpNetConnectOpts, tls: KafkaTls | undefined): OpenedSocket {
  if (tls !== undefined) return openTls(to, tls);
  const socket = connect(to);
  socket.once('data', (bytes) => {
    if (isTlsAlert(bytes)) socket.destroy(new TlsListenerError());
  });
  return { socket, ready: 'connect' };
}

function openTls(to: TcpNetConnectOpts, tls: KafkaTls): OpenedSocket {
  const ready = 'secureConnect';
  try {
    return { socket: connectTls({ ...to, ...tlsOptions(to.host ?? '', tls) }), ready };
  } catch (error) {
    // Of files, and of certificates and keys that don't belong together.
    const socket = new Socket();
    process.nextTick(() => socket.destroy(error instanceof Error ? error : new Error(String(error))));
    return { socket, ready };
  }
}

function tlsOptions(host: string, { caFile, certFile, keyFile, serverName }: KafkaTls): ConnectionOptions {
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    minVersion: 'TLSv1.2',
    ...(name === undefined ? {} : { servername: name }),
    ...(caFile === undefined ? {} : { ca: pem(caFile, 'certificate') }),
    ...(certFile === undefined ? {} : { cert: pem(certFile, 'certificate') }),
    ...(keyFile === undefined ? {} : { key: pem(keyFile, 'private key') }),
  };
}

function pem(path: string, kind: PemKind): string {
  const file = readPemFile(path, kind);
  if (!file.ok) throw new SecurityFileError(`${path} can't be used: ${file.why}`);
  return file.text;
}

/** As the length of an answer it would be one of 336 MiB. */
function isTlsAlert(bytes: Buffer): boolean {
  return bytes.length >= 3 && bytes[0] === 21 && bytes[1] === 3 && (bytes[2] ?? 255) <= 4;
}
