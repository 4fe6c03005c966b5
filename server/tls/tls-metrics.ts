import { Counter, Gauge, type Registry } from 'prom-client';

export const TLS_REFUSALS = [
  'handshake',
  'no_certificate',
  'untrusted',
  'expired',
  'revoked',
  'revocation_list',
] as const;
/** Why TLS with a client did not come about. */
export type TlsRefusal = (typeof TLS_REFUSALS)[number];

export interface TlsMetrics {
  readonly refused: Counter<'listener' | 'reason'>;
  readonly reloads: Counter<'listener' | 'outcome'>;
  readonly expires: Gauge<'listener' | 'file'>;
}

const known = new WeakMap<Registry, TlsMetrics>();

/** Of all the listeners that tell their metrics by one registry. */
export function tlsMetrics(registry: Registry): TlsMetrics {
  const metrics = known.get(registry) ?? create(registry);
  known.set(registry, metrics);
  return metrics;
}

function create(registry: Registry): TlsMetrics {
  const registers = [registry];
  return {
    refused: new Counter({
      name: 'meterpulse_tls_refused_total',
      help: 'Connections that ended before TLS was agreed on, by why: no_certificate, untrusted, expired and revoked are of clients’ certificates, revocation_list is a list that is out of date or missing, handshake anything else.',
      labelNames: ['listener', 'reason'],
      registers,
    }),
    reloads: new Counter({
      name: 'meterpulse_tls_reloads_total',
      help: 'Changes of the files of TLS, by what came of them: taken, or failed, where what was in force goes on.',
      labelNames: ['listener', 'outcome'],
      registers,
    }),
    expires: new Gauge({
      name: 'meterpulse_tls_expires_timestamp_seconds',
      help: 'When what is in force ends to be valid, Unix time: the first of the certificates of a file, or of its revocation lists.',
      labelNames: ['listener', 'file'],
      aggregator: 'min',
      registers,
    }),
  };
}
