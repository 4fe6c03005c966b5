export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** What is read anew for each connection, so that what was renewed is taken without a restart. */
export interface KafkaTls {
  /** Certificates of CAs, in PEM. Default: those that Node.js trusts. */
  readonly caFile?: string;
  /** This client's own certificate, with its key: both or neither. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The name that certificates of brokers are checked for. Default: the host that is connected to. */
  readonly serverName?: string;
}

export interface KafkaSasl {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  /** Asked for each connection. Throws a {@link SecurityFileError}. */
  readonly password: () => string;
}

/** How connections to brokers are encrypted, and who they say they are; undefined: plain TCP, and nobody. */
export interface KafkaSecurity {
  readonly tls?: KafkaTls;
  readonly sasl?: KafkaSasl;
}

/** A file that a connection needs can't be used now. */
export class SecurityFileError extends Error {
  override readonly name = 'SecurityFileError';
  readonly code = 'SECURITY_FILE';
  readonly retriable = true;
}
