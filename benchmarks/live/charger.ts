/** A child process that sends readings over /ingest at a steady rate; their values are numbers from 0 on. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { serve } from '../child.js';
import { atRate } from '../latencies.js';
import { monotonicMs } from './monotonic.js';

export interface SendRequest {
  readonly gatewayPort: number;
  readonly perSecond: number;
  /** `BENCH-0`, `BENCH-1`, ...: how many of them. */
  readonly chargePoints: number;
  readonly forMs: number;
}

/** Monotonic ms by the number of the reading: when it was due, and when it was acknowledged. */
export interface Sent {
  readonly dueAt: readonly number[];
  readonly acknowledgedAt: readonly number[];
}

async function send({ gatewayPort, perSecond, chargePoints, forMs }: SendRequest): Promise<Sent> {
  const socket = new WebSocket(`ws://127.0.0.1:${gatewayPort}/ingest`, { perMessageDeflate: false });
  await once(socket, 'open');
  const dueAt: number[] = [];
  const acknowledgedAt: number[] = [];
  let acknowledged = 0;
  socket.on('message', (data: Buffer) => {
    const { id, status } = JSON.parse(data.toString()) as { id: number; status: string };
    if (status !== 'accepted') throw new Error(`message ${id} is ${status}`);
    acknowledgedAt[id] = monotonicMs();
    acknowledged += 1;
  });
  const offset = monotonicMs() - performance.now();
  await atRate(perSecond, forMs, (index, due) => {
    dueAt[index] = due + offset;
    const sampledValue = [{ value: String(index), measurand: 'Power.Active.Import', unit: 'W' }];
    const payload = { connectorId: 1, meterValue: [{ timestamp: new Date().toISOString(), sampledValue }] };
    socket.send(JSON.stringify({ id: index, chargePointId: `BENCH-${index % chargePoints}`, payload }));
  });
  while (acknowledged < dueAt.length) await once(socket, 'message');
  socket.terminate();
  return { dueAt, acknowledgedAt };
}

serve({ send });
