import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What a client's certificate says, once TLS has found it good. */
export interface ShownCertificate {
  /** Its common names, and its alternative names of kind DNS. */
  readonly names: readonly string[];
  /** Upper-case hexadecimal digits. */
  readonly serial: string;
}

/** The certificate that the client of a socket showed; null: none, or none that is trusted. */
export function shownCertificate(socket: Socket): ShownCertificate | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const { subject, subjectaltname, serialNumber } = socket.getPeerCertificate() as Partial<
    ReturnType<TLSSocket['getPeerCertificate']>
  >;
  if (serialNumber === undefined) return null;
  // Types say one name; of a subject with several it is a list of them.
  const common = subject?.CN as string | readonly string[] | undefined;
  const commonNames = common === undefined ? [] : typeof common === 'string' ? [common] : [...common];
  return { names: [...commonNames, ...dnsNames(subjectaltname ?? '')], serial: serialNumber };
}

/**
 * The DNS names of what Node writes as `DNS:a, IP Address:10.0.0.1, DNS:"b, c"`: a name that could be taken for several is
 * in the quotes of JSON, so that nobody gets another one's name by a comma in their own.
 */
export function dnsNames(alternativeNames: string): string[] {
  const entries = alternativeNames.matchAll(/([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/gy);
  return [...entries]
    .filter(([, kind]) => kind === 'DNS')
    .map(([, , value = '']) => (value.startsWith('"') ? String(JSON.parse(value)) : value));
}
