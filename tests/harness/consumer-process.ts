/** A consumer in a process of its own, to be killed: prints a line for each assignment. Arguments: kafka|inbox, address, topic. */
import pino from 'pino';
import { Registry } from 'prom-client';
import { InboxMessageLog } from '../../server/broker/inbox/inbox-message-log.js';
import { KafkaMessageLog } from '../../server/broker/kafka/kafka-message-log.js';
import { createPool } from '../../store/pool.js';

const [kind, address = '', topic = ''] = process.argv.slice(2);
const shared = {
  topic,
  publishTimeoutMs: 5_000,
  stallMs: 20_000,
  logger: pino({ level: 'silent' }),
  registry: new Registry(),
};
const log =
  kind === 'kafka'
    ? new KafkaMessageLog({
        ...shared,
        brokers: address.split(','),
        clientId: 'killed',
        groupId: `group-of-${topic}`,
        sessionTimeoutMs: 6_000,
      })
    : new InboxMessageLog({
        ...shared,
        pool: createPool({ url: address, max: 3, applicationName: 'killed' }),
        retentionMs: 3_600_000,
      });
await log.consume({
  onAssigned: (partition) => {
    process.stdout.write(`assigned ${partition}\n`);
    return Promise.resolve({ nextOffset: null });
  },
  // Takes nothing, as a process that died with a full buffer.
  onBatch: () => new Promise(() => undefined),
  signal: new AbortController().signal,
});
