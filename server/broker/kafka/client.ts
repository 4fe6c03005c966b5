import { Kafka, logLevel, type ISocketFactory, type LogEntry } from 'kafkajs';
import type { Logger } from 'pino';
import type { KafkaSecurity } from './security/kafka-security.js';
import { kafkajsSasl } from './security/kafkajs-sasl.js';
import { openSocket } from './security/open-socket.js';

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Default: plain TCP. */
  readonly security?: KafkaSecurity | undefined;
  /** An answer that takes longer counts as lost. */
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
}

const CONNECTION_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_MS = 60_000;
/**
 * Before the end of an authentication's time. kafkajs' own 10 s make it authenticate for each request where brokers give less, which
 * they refuse.
 */
const REAUTHENTICATION_THRESHOLD_MS = 3_000;

/** One attempt of each thing, and one more for what kafkajs does by itself: how long to go on is decided by its callers. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.5, multiplier: 2, retries: 1 };

export function createKafkaClient(options: KafkaClientOptions): Kafka {
  const { security = {} } = options;
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    socketFactory: socketFactory(security),
    reauthenticationThreshold: REAUTHENTICATION_THRESHOLD_MS,
    ...(security.sasl === undefined ? {} : { sasl: kafkajsSasl(security.sasl) }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: options.requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: RETRY,
    logLevel: options.logger.isLevelEnabled('trace') ? logLevel.DEBUG : logLevel.INFO,
    logCreator: () => (entry) => write(options.logger, entry),
  });
}

/** As kafkajs' own, with certificates as they are when the connection is made. */
function socketFactory({ tls }: KafkaSecurity): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const { socket, ready } = openSocket({ host, port }, tls);
    socket.once(ready, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };
}

/**
 * kafkajs logs each failed attempt as an error. What comes of it is told by this adapter, at the level it deserves, so
 * everything of kafkajs itself is one step quieter.
 */
function write(logger: Logger, { namespace, level, log }: LogEntry): void {
  const { message, ...rest } = log;
  const fields = { kafkajs: namespace, ...rest };
  if (level <= logLevel.WARN) logger.debug(fields, message);
  else logger.trace(fields, message);
}
