/** The floor of the log on Kafka: kafkajs alone. It splits nothing, retries nothing by itself, and counts what it consumes. */
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { serve } from '../child.js';
import { logContent } from '../log-content.js';
import { Pace, type PaceResult } from '../pace.js';
import { publishing, type PublishRequest, type PublishResult } from '../publishing.js';

export interface ConsumeRequest {
  readonly warmUp: number;
  readonly total: number;
}

const topic = process.env['KAFKA_TOPIC'] ?? '';
const kafka = new Kafka({
  clientId: 'floor',
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  logLevel: logLevel.ERROR,
});
const content = logContent();
let producer: Promise<Producer> | undefined;

async function publish(request: PublishRequest): Promise<PublishResult> {
  producer ??= open();
  const opened = await producer;
  return publishing(content, request, (messages) => opened.send({ topic, acks: -1, messages }));
}

async function open(): Promise<Producer> {
  const opened = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await opened.connect();
  return opened;
}

async function consume({ warmUp, total }: ConsumeRequest): Promise<PaceResult> {
  const pace = new Pace(warmUp, total);
  const consumer = kafka.consumer({ groupId: process.env['KAFKA_GROUP'] ?? '' });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch }) => {
      pace.advance(batch.messages.length, 0, 0);
      return Promise.resolve();
    },
  });
  const result = await pace.finished;
  await consumer.disconnect();
  return result;
}

serve({ publish, consume });
