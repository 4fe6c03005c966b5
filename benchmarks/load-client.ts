/**
 * A child process of many sockets that costs little: plain TCP, frames made and masked before the clock starts, answers
 * counted rather than parsed. It must never be what is measured.
 */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { sampleRows } from '../Files/sample-rows.js';
import { serve } from './child.js';
import { quantile } from './statistics.js';
import {
  AnswerReader,
  bootFrame,
  ingestFrame,
  ocppFrame,
  pongFrame,
  UPGRADE_END,
  upgradeRequest,
} from './wire.js';

export interface ConnectRequest {
  readonly port: number;
  readonly endpoint: 'ocpp' | 'ingest';
  readonly sockets: number;
  /** Number of the first charge point. A charge point that connects twice loses its first socket. */
  readonly firstIndex: number;
}

export interface ClosedLoopRequest {
  /** Messages under way on each socket. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ClosedLoopResult {
  readonly acknowledged: number;
  /** Answers that are no acknowledgement. */
  readonly refused: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of this process, while it was measured. */
  readonly cpuSeconds: number;
}

export interface OpenLoopRequest {
  /** Of all sockets together. */
  readonly perSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface OpenLoopResult {
  readonly sent: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const CONNECTING_AT_ONCE = 200;
/** Frames of different content that the sockets take turns with. */
const FRAMES = 2_000;

interface Client {
  readonly socket: Socket;
  readonly frames: readonly Buffer[];
  next: number;
  readonly sentAt: number[];
}

const clients: Client[] = [];
let onAnswer: (client: Client, accepted: boolean) => void = () => undefined;
let unexpectedCloses = 0;
let closing = false;
/** When the server said that it closes, of each socket; null while it must not. */
let drainedAt: number[] | null = null;

async function open({ port, endpoint, sockets, firstIndex }: ConnectRequest): Promise<{ seconds: number }> {
  const started = performance.now();
  closing = false;
  const rows = sampleRows().slice(0, FRAMES);
  const frames = rows.map((row, index) =>
    endpoint === 'ocpp'
      ? ocppFrame(`m${index}`, row.payload)
      : ingestFrame(`m${index}`, row.charge_point_id, row.payload),
  );
  for (let index = 0; index < sockets;) {
    const group = Array.from({ length: Math.min(CONNECTING_AT_ONCE, sockets - index) }, () => index++);
    clients.push(
      ...(await Promise.all(group.map((each) => client(port, endpoint, firstIndex + each, frames)))),
    );
  }
  return { seconds: (performance.now() - started) / 1_000 };
}

async function client(
  port: number,
  endpoint: 'ocpp' | 'ingest',
  index: number,
  frames: readonly Buffer[],
): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.write(upgradeRequest(endpoint === 'ocpp' ? `/ocpp/BENCH-${index}` : '/ingest', endpoint === 'ocpp'));
  const made: Client = { socket, frames, next: (index * 7) % frames.length, sentAt: [] };
  let head: Buffer | undefined = Buffer.alloc(0);
  await new Promise<void>((upgraded, failed) => {
    const reader = new AnswerReader(
      (accepted) => onAnswer(made, accepted),
      (payload) => socket.write(pongFrame(payload)),
      (reason) => {
        if (drainedAt === null) throw new Error(`the server closes: ${reason}`);
        drainedAt.push(performance.now());
        socket.end();
      },
    );
    socket.on('error', failed);
    socket.on('close', () => {
      if (!closing && drainedAt === null) unexpectedCloses++;
      failed(new Error('the server closed during the handshake'));
    });
    socket.on('data', (chunk: Buffer) => {
      if (head === undefined) {
        reader.read(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(UPGRADE_END);
      if (end < 0) return;
      if (!head.toString('latin1').startsWith('HTTP/1.1 101')) {
        failed(new Error(`the handshake failed: ${head.toString('latin1', 0, 200)}`));
        return;
      }
      // A first frame, such as a ping, may have come along.
      const first = head.subarray(end + UPGRADE_END.length);
      head = undefined;
      upgraded();
      reader.read(first);
    });
  });
  return made;
}

function send(client: Client): void {
  const frame = client.frames[client.next];
  client.next = (client.next + 1) % client.frames.length;
  client.sentAt.push(performance.now());
  if (frame !== undefined) client.socket.write(frame);
}

async function closedLoop({ inFlight, warmUpMs, measureMs }: ClosedLoopRequest): Promise<ClosedLoopResult> {
  let state: 'warm-up' | 'measured' | 'over' = 'warm-up';
  let acknowledged = 0;
  let refused = 0;
  let outstanding = clients.length * inFlight;
  const latencies: number[] = [];
  const drained = new Promise<void>((resolve) => {
    onAnswer = (client, accepted) => {
      // Answers come in the order of the messages of one socket, or so late that the order changes little.
      const sentAt = client.sentAt.shift() ?? NaN;
      if (!accepted) refused++;
      else if (state === 'measured') {
        acknowledged++;
        latencies.push(performance.now() - sentAt);
      }
      if (state !== 'over') send(client);
      else if (--outstanding === 0) resolve();
    };
  });
  for (const client of clients) for (let sent = 0; sent < inFlight; sent++) send(client);
  await later(warmUpMs);
  const cpu = process.cpuUsage();
  const started = performance.now();
  state = 'measured';
  await later(measureMs);
  state = 'over';
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await Promise.race([drained, later(60_000)]);
  if (outstanding > 0) throw new Error(`${outstanding} messages were never answered`);
  return {
    acknowledged,
    refused,
    seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuSeconds: (user + system) / 1e6,
  };
}

/** Each charge point boots, and is answered. */
async function boot(): Promise<void> {
  let outstanding = clients.length;
  const frame = bootFrame();
  const booted = new Promise<void>((resolve) => {
    onAnswer = () => {
      if (--outstanding === 0) resolve();
    };
  });
  for (const { socket } of clients) socket.write(frame);
  await Promise.race([booted, later(60_000)]);
  if (outstanding > 0) throw new Error(`${outstanding} boots were never answered`);
}

/** Messages at a rate, whatever the server does; latencies count from when each was due, so that a stall shows in full. */
async function openLoop({ perSecond, warmUpMs, measureMs }: OpenLoopRequest): Promise<OpenLoopResult> {
  const began = performance.now();
  const latencies: number[] = [];
  let [sent, answered, refused] = [0, 0, 0];
  onAnswer = (client, accepted) => {
    const dueAt = client.sentAt.shift() ?? NaN;
    answered++;
    if (!accepted) refused++;
    if (dueAt >= began + warmUpMs) latencies.push(performance.now() - dueAt);
  };
  const total = Math.floor(((warmUpMs + measureMs) / 1_000) * perSecond);
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
    for (; sent < due; sent++) {
      // A prime step: neighbours in time are no neighbours in the order of connecting.
      const client = clients[(sent * 7_919) % clients.length];
      if (client === undefined) throw new Error('nobody is connected');
      client.socket.write(client.frames[client.next] ?? Buffer.alloc(0));
      client.next = (client.next + 1) % client.frames.length;
      client.sentAt.push(began + (sent / perSecond) * 1_000);
    }
    await later(1);
  }
  const deadline = performance.now() + 60_000;
  while (answered < sent && performance.now() < deadline) await later(20);
  if (answered < sent) throw new Error(`${sent - answered} messages were never answered`);
  return { sent, refused, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
}

/** From now on the server may close sockets. */
function expectDrain(): void {
  drainedAt = [];
}

/** How many sockets the server closed in each second of its drain. */
async function drained(): Promise<readonly number[]> {
  const deadline = performance.now() + 120_000;
  const { length } = clients;
  while ((drainedAt?.length ?? 0) < length && performance.now() < deadline) await later(20);
  const moments = drainedAt ?? [];
  if (moments.length < length) throw new Error(`${length - moments.length} sockets were never closed`);
  const [first = 0] = moments;
  const seconds: (number | undefined)[] = [];
  for (const moment of moments) {
    const second = Math.floor((moment - first) / 1_000);
    seconds[second] = (seconds[second] ?? 0) + 1;
  }
  for (const { socket } of clients.splice(0)) socket.destroy();
  drainedAt = null;
  return Array.from(seconds, (closed) => closed ?? 0);
}

async function closeAll(): Promise<void> {
  if (unexpectedCloses > 0) throw new Error(`the server closed ${unexpectedCloses} sockets`);
  closing = true;
  const open = clients.splice(0);
  const closed = open.map(({ socket }) => once(socket, 'close'));
  // Reset rather than closed: thousands of sockets in TIME_WAIT would use up the ports of the next round.
  for (const { socket } of open) socket.resetAndDestroy();
  await Promise.all(closed);
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

serve({ open, boot, closedLoop, openLoop, expectDrain, drained, closeAll });
