/**
 * The floor of the gateway: a bare `ws` server that publishes each frame to Kafka through kafkajs in the same micro-batches
 * (5 ms or 500 messages, acks=all) and then answers. It parses nothing, validates nothing, bounds nothing. BARE_PROCESSES=4
 * makes it a `node:cluster` of so many on one port.
 */
import cluster from 'node:cluster';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Kafka, logLevel, Partitioners, type Message } from 'kafkajs';
import { WebSocketServer, type WebSocket } from 'ws';
import { serve } from '../child.js';
import { usage } from '../process-usage.js';

const LINGER_MS = 5;
const BATCH_MAX_MESSAGES = 500;

const topic = process.env['KAFKA_TOPIC'] ?? '';
const producer = new Kafka({
  clientId: 'floor',
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  logLevel: logLevel.ERROR,
}).producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });

let messages: Message[] = [];
let answers: (() => void)[] = [];
let linger: NodeJS.Timeout | undefined;

function flush(): void {
  clearTimeout(linger);
  const sent = { topic, acks: -1, messages };
  const then = answers;
  messages = [];
  answers = [];
  void producer.send(sent).then(() => {
    for (const answer of then) answer();
  });
}

function publish(key: string, value: Buffer, answer: () => void): void {
  if (messages.length === 0) linger = setTimeout(flush, LINGER_MS);
  messages.push({ key, value });
  answers.push(answer);
  if (messages.length === BATCH_MAX_MESSAGES) flush();
}

function openOcpp(ws: WebSocket, chargePointId: string): void {
  ws.on('message', (data: Buffer) => {
    // [2,"ID","MeterValues",...
    const id = data.toString('latin1', 4, data.indexOf(0x22, 4));
    publish(chargePointId, data, () => ws.send(`[3,"${id}",{}]`));
  });
}

function openIngest(ws: WebSocket): void {
  ws.on('message', (data: Buffer) => {
    // {"id":"ID","chargePointId":"CP",...
    const idEnd = data.indexOf(0x22, 7);
    const keyStart = idEnd + 19;
    const id = data.toString('latin1', 7, idEnd);
    const key = data.toString('latin1', keyStart, data.indexOf(0x22, keyStart));
    publish(key, data, () => ws.send(`{"id":"${id}","status":"accepted"}`));
  });
}

async function listen(): Promise<{ port: number }> {
  if (topic !== '') await producer.connect();
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
  sockets.on('connection', (ws: WebSocket, request: IncomingMessage) => {
    const [, endpoint, chargePointId] = (request.url ?? '').split('/');
    ws.on('error', () => ws.terminate());
    if (endpoint === 'ocpp') openOcpp(ws, chargePointId ?? '');
    else openIngest(ws);
  });
  await new Promise<void>((listening) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, listening),
  );
  return { port: (server.address() as AddressInfo).port };
}

/** node gives all of them the port that the first one gets. */
async function fork(processes: number): Promise<{ port: number }> {
  const ports = Array.from({ length: processes }, async () => {
    const [{ port }] = (await once(cluster.fork(), 'listening')) as [{ port: number }];
    return port;
  });
  const [port = 0] = await Promise.all(ports);
  return { port };
}

function start(): Promise<{ port: number }> {
  const processes = Number(process.env['BARE_PROCESSES'] ?? 1);
  return processes === 1 ? listen() : fork(processes);
}

if (cluster.isPrimary) serve({ start, usage });
else {
  process.once('SIGTERM', () => process.exit(0));
  void listen();
}
