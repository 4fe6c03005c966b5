/**
 * A child process of many sockets that costs little: plain TCP, frames made and masked before the clock starts, answers
 * counted rather than parsed. It must never be what is measured.
 */
import { once } from 'node:events';
import { TLSSocket } from 'node:tls';
import { sampleRows } from '../Files/sample-rows.js';
import { serve } from './child.js';
import { withClient } from './execute.js';
import { closedLoop, type ClosedLoopRequest, type ClosedLoopResult } from './load/closed-loop.js';
import { compareLedger, type Comparison, type Numbering } from './load/compare-ledger.js';
import { Ledger } from './load/ledger.js';
import {
  CHARGE_POINT_PREFIX,
  connectLoadSocket,
  type LoadSocket,
  type LoadSocketEvents,
} from './load/load-socket.js';
import { steadyReadings, type SteadyRequest, type SteadyResult } from './load/steady-readings.js';
import { usage } from './process-usage.js';
import { quantile } from './statistics.js';
import { bootFrame, ingestFrame, ocppFrame } from './wire.js';

export interface ConnectRequest {
  readonly port: number;
  readonly endpoint: 'ocpp' | 'ingest';
  readonly sockets: number;
  /** Number of the first charge point. A charge point that connects twice loses its first socket. */
  readonly firstIndex: number;
  /** Where they come from, in turn: one address has ports for some 28,000. Default: 127.0.0.1. */
  readonly addresses?: readonly string[];
  /** Of each charge point the same. Default: they show none. */
  readonly password?: string;
  /** TLS, with whose CA the server's certificate is judged. Default: plain TCP. */
  readonly tls?: { readonly ca: string };
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

const clients: LoadSocket[] = [];
const ledger = new Ledger();
/** Others that make load beside this client have other numbers. */
let numbering: Numbering = { first: 0, step: 1 };
let onAnswer: (client: LoadSocket, accepted: boolean, answer: Buffer) => void = () => undefined;
let unexpectedCloses = 0;
let closing = false;
/** When the server said that it closes, of each socket; null while it must not. */
let drainedAt: number[] | null = null;

const EVENTS: LoadSocketEvents = {
  onAnswer: (client, accepted, answer) => onAnswer(client, accepted, answer),
  onClose({ socket }, reason) {
    if (drainedAt === null) throw new Error(`the server closes: ${reason}`);
    drainedAt.push(performance.now());
    socket.end();
  },
  onGone() {
    if (!closing && drainedAt === null) unexpectedCloses++;
  },
};

async function open({
  port,
  endpoint,
  sockets,
  firstIndex,
  addresses,
  password,
  tls,
}: ConnectRequest): Promise<{ seconds: number }> {
  const started = performance.now();
  closing = false;
  const rows = sampleRows().slice(0, FRAMES);
  const frames = rows.map((row, index) =>
    endpoint === 'ocpp'
      ? ocppFrame(`m${index}`, row.payload)
      : ingestFrame(`m${index}`, row.charge_point_id, row.payload),
  );
  const options = { port, endpoint, frames, password, tls };
  let begun = 0;
  // Whoever is in makes room for the next: nobody waits for the slowest of a group, as in a storm.
  const oneAfterAnother = async (): Promise<void> => {
    while (begun < sockets) {
      const each = begun++;
      const localAddress = addresses?.[each % addresses.length];
      clients.push(await connectLoadSocket({ ...options, index: firstIndex + each, localAddress }, EVENTS));
    }
  };
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, oneAfterAnother));
  return { seconds: (performance.now() - started) / 1_000 };
}

/** Each charge point boots, or those that came last, so many; and is answered. */
async function boot(request: { readonly newest: number } | null): Promise<void> {
  const booting = request === null ? clients : clients.slice(-request.newest);
  let outstanding = booting.length;
  const frame = bootFrame();
  const booted = new Promise<void>((resolve) => {
    onAnswer = () => {
      if (--outstanding === 0) resolve();
    };
  });
  for (const { socket } of booting) socket.write(frame);
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

/** Unique readings of all sockets, each of which the ledger has. */
function steady(request: SteadyRequest): Promise<SteadyResult> {
  const sending = request.newest === undefined ? clients : clients.slice(-request.newest);
  return steadyReadings(request, sending, ledger, numbering, (given) => (onAnswer = given));
}

function number(given: Numbering): void {
  numbering = given;
}

/** This client's ledger against what the database has. */
function compare({ databaseUrl }: { readonly databaseUrl: string }): Promise<Comparison> {
  return withClient(databaseUrl, (client) => compareLedger(client, ledger, numbering, CHARGE_POINT_PREFIX));
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
  // Node can't reset what lies under TLS.
  for (const { socket } of open) {
    if (socket instanceof TLSSocket) socket.destroy();
    else socket.resetAndDestroy();
  }
  await Promise.all(closed);
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

serve({
  open,
  boot,
  closedLoop: (request: ClosedLoopRequest): Promise<ClosedLoopResult> =>
    closedLoop(request, clients, (given) => (onAnswer = given)),
  openLoop,
  number,
  steady,
  compare,
  expectDrain,
  drained,
  closeAll,
  usage,
});
