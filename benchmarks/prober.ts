/**
 * A child process that sends readings over /ingest at a steady rate and asks the API for the newest one until it is there.
 * One question at a time on a kept connection: a reading counts as queryable when the answer that has it is complete, so the
 * figure includes one to two questions' time (`questionMs`).
 */
import { Agent, get } from 'node:http';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { serve } from './child.js';
import { atRate, summary, type Latencies } from './latencies.js';

export interface ProbeRequest {
  readonly gatewayPort: number;
  readonly apiPort: number;
  readonly perSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ProbeResult {
  readonly ack: Latencies;
  readonly queryable: Latencies;
  readonly question: Latencies;
}

const CHARGE_POINTS = 100;
const GIVE_UP_MS = 60_000;

interface Sent {
  readonly index: number;
  readonly chargePointId: string;
  readonly timestamp: string;
  readonly dueAt: number;
}

async function probe(request: ProbeRequest): Promise<ProbeResult> {
  const { perSecond, warmUpMs, measureMs } = request;
  const measuredFrom = (warmUpMs / 1_000) * perSecond;
  const ack: number[] = [];
  const queryable: number[] = [];
  const question: number[] = [];
  const dueAt: number[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ws = new WebSocket(`ws://127.0.0.1:${request.gatewayPort}/ingest`, { perMessageDeflate: false });
  await once(ws, 'open');
  ws.on('message', (data: Buffer) => {
    const { id, status } = JSON.parse(data.toString()) as { id: number; status: string };
    if (status !== 'accepted') throw new Error(`message ${id} is ${status}`);
    if (id >= measuredFrom) ack.push(performance.now() - (dueAt[id] ?? NaN));
  });

  let newest: Sent | undefined;
  const state = { over: false };
  const sending = atRate(perSecond, warmUpMs + measureMs, (index, due) => {
    const chargePointId = `PROBE-${index % CHARGE_POINTS}`;
    const timestamp = new Date().toISOString();
    dueAt[index] = due;
    const sampledValue = [{ value: String(index), unit: 'Wh' }];
    const payload = { connectorId: 1, meterValue: [{ timestamp, sampledValue }] };
    ws.send(JSON.stringify({ id: index, chargePointId, payload }));
    newest = { index, chargePointId, timestamp, dueAt: due };
  }).then(() => (state.over = true));
  for (let last = -1; !state.over;) {
    const sent = newest;
    if (sent === undefined || sent.index === last) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    await untilQueryable(agent, request.apiPort, sent, question);
    if (sent.index >= measuredFrom) queryable.push(performance.now() - sent.dueAt);
    last = sent.index;
  }
  await sending;
  while (ack.length < dueAt.length - measuredFrom) await once(ws, 'message');
  ws.terminate();
  agent.destroy();
  return { ack: summary(ack), queryable: summary(queryable), question: summary(question) };
}

/** Of the only series that a charge point has here. */
const TIMESTAMP = /"timestamp":"([^"]+)"/;

async function untilQueryable(agent: Agent, port: number, sent: Sent, question: number[]): Promise<void> {
  const path = `/v1/charge-points/${sent.chargePointId}/latest`;
  while (performance.now() < sent.dueAt + GIVE_UP_MS) {
    const asked = performance.now();
    const answer = await ask(agent, port, path);
    question.push(performance.now() - asked);
    // A flush may bring a newer one of the same charge point along: that one stands in its place then.
    if ((TIMESTAMP.exec(answer)?.[1] ?? '') >= sent.timestamp) return;
  }
  throw new Error(`the reading of ${sent.timestamp} was not queryable within ${GIVE_UP_MS} ms`);
}

function ask(agent: Agent, port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ agent, port, path, host: '127.0.0.1' }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    }).on('error', reject);
  });
}

serve({ probe });
