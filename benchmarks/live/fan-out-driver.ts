/**
 * A child process of many subscribers of everything that makes the changes as well: the next one when those before have come
 * to all, so that it is the server that limits what is delivered.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { serve } from '../child.js';
import { textFrame } from '../wire.js';
import { addSeries, payloadOf } from './feed-rows.js';
import { openAll, openLiveSocket } from './live-sockets.js';

export interface FanOutRequest {
  readonly port: number;
  readonly sockets: number;
  /** null: a bare server, which is told to send the same bytes by a text on one of its sockets. */
  readonly databaseUrl: string | null;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Bytes that a row is to each socket; null: to be found out. */
  readonly rowBytes: number | null;
}

export interface FanOutResult {
  /** Messages delivered to all sockets together, a second. */
  readonly perSecond: number;
  /** What one row was to a socket, as the server framed it. */
  readonly rowBytes: number;
  readonly cpuSeconds: number;
}

/** Of a row of the feed, which a worker's flush is. */
const CHANGES = 10;
/** Rows under way. */
const WINDOW = 4;
const SUBSCRIBE = '{"type":"SUBSCRIBE","id":"s1","snapshot":false}';
const QUIET_MS = 300;

let received = 0;
let onReceived: () => void = () => undefined;

async function run(request: FanOutRequest): Promise<FanOutResult> {
  const sockets = await open(request);
  const sql = request.databaseUrl === null ? null : new pg.Client({ connectionString: request.databaseUrl });
  await sql?.connect();
  const row = sql === null ? bareRow(sockets[0]) : feedRow(sql, await addSeries(sql));
  const rowBytes = request.rowBytes ?? (await bytesOfRow(row, request.sockets));
  const pump = new Pump(row, rowBytes * request.sockets);
  pump.start();
  await later(request.warmUpMs);
  const [from, startedAt, cpu] = [received, performance.now(), process.cpuUsage()];
  await later(request.measureMs);
  const seconds = (performance.now() - startedAt) / 1_000;
  const delivered = ((received - from) / rowBytes) * CHANGES;
  const { user, system } = process.cpuUsage(cpu);
  await pump.stop();
  await sql?.end();
  for (const socket of sockets) socket.removeAllListeners('close').resetAndDestroy();
  return { perSecond: delivered / seconds, rowBytes, cpuSeconds: (user + system) / 1e6 };
}

function open({ port, sockets, databaseUrl }: FanOutRequest): Promise<readonly Socket[]> {
  received = 0;
  return openAll(sockets, () =>
    openLiveSocket({
      port,
      subscribe: databaseUrl === null ? null : SUBSCRIBE,
      onBytes: (bytes) => {
        received += bytes;
        onReceived();
      },
    }),
  );
}

type SendRow = () => Promise<void>;

function feedRow(sql: pg.Client, series: readonly number[]): SendRow {
  // Numbers of one length: a row is as many bytes as the one before.
  let next = 1_000_000_000;
  return async () => {
    const payload = payloadOf(series, next, CHANGES);
    next += CHANGES;
    await sql.query(`select feed_append('readings', $1)`, [payload]);
  };
}

function bareRow(socket: Socket | undefined): SendRow {
  const frame = textFrame('next');
  return async () => {
    if (socket?.write(frame) === false) await once(socket, 'drain');
  };
}

/** Sends one and waits until no more bytes come. */
async function bytesOfRow(row: SendRow, sockets: number): Promise<number> {
  await later(QUIET_MS);
  const before = received;
  await row();
  for (let last = -1; last !== received || received === before;) {
    last = received;
    await later(QUIET_MS);
  }
  // A ping to one of them is a fraction.
  return Math.round((received - before) / sockets);
}

/** Sends rows so that {@link WINDOW} of them are under way. */
class Pump {
  #sent = 0;
  #isSending = false;
  #isOver = false;
  readonly #from = received;
  #idle: () => void = () => undefined;

  constructor(
    private readonly row: SendRow,
    private readonly bytesToAll: number,
  ) {}

  start(): void {
    onReceived = () => this.#fill();
    this.#fill();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    if (this.#isSending) await new Promise<void>((resolve) => (this.#idle = resolve));
    onReceived = () => undefined;
  }

  #fill(): void {
    if (this.#isSending || this.#isOver) return;
    const come = Math.floor((received - this.#from) / this.bytesToAll);
    if (this.#sent - come >= WINDOW) return;
    this.#isSending = true;
    this.#sent += 1;
    void this.row().then(() => {
      this.#isSending = false;
      this.#idle();
      this.#fill();
    });
  }
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

serve({ run });
