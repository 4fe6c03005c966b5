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

/** Sockets, the first and the last among them, that count the rows that have come: bytes alone don't tell how many share a frame. */
const PROBES = 5;
const CHANGE = /"value":/g;

let received = 0;
let rowsCome: number[] = [];
let onRow: () => void = () => undefined;

async function run(request: FanOutRequest): Promise<FanOutResult> {
  const sockets = await open(request);
  const sql = request.databaseUrl === null ? null : new pg.Client({ connectionString: request.databaseUrl });
  await sql?.connect();
  const row = sql === null ? bareRow(sockets[0]) : feedRow(sql, await addSeries(sql));
  const rowBytes = request.rowBytes ?? (await bytesOfRow(row, request.sockets));
  const pump = new Pump(row);
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
  rowsCome = Array.from({ length: PROBES }, () => 0);
  const probes = rowsCome.map((_, probe) => Math.round((probe * (sockets - 1)) / (PROBES - 1)));
  const rowsIn = (text: Buffer): number =>
    databaseUrl === null ? 1 : (text.toString('latin1').match(CHANGE)?.length ?? 0) / CHANGES;
  return openAll(sockets, (index) => {
    const probe = probes.indexOf(index);
    const onText = (text: Buffer): void => {
      rowsCome[probe] = (rowsCome[probe] ?? 0) + rowsIn(text);
      onRow();
    };
    return openLiveSocket({
      port,
      subscribe: databaseUrl === null ? null : SUBSCRIBE,
      onBytes: (bytes) => {
        received += bytes;
      },
      ...(probe < 0 ? {} : { onText }),
    });
  });
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

/** Sends one, and counts what comes of it. */
async function bytesOfRow(row: SendRow, sockets: number): Promise<number> {
  await quiet(sockets);
  const before = received;
  await row();
  while (received - before < sockets) await later(QUIET_MS);
  await quiet(sockets);
  // The pings to some of them are a fraction.
  return Math.round((received - before) / sockets);
}

/** Until nothing comes but pings now and then: less than a byte to each. */
async function quiet(sockets: number): Promise<void> {
  for (let last = -Infinity; received - last >= sockets;) {
    last = received;
    await later(QUIET_MS);
  }
}

/** Sends rows so that {@link WINDOW} of them are under way to the probe that has the fewest. */
class Pump {
  #sent = 0;
  #isSending = false;
  #isOver = false;
  readonly #from = Math.min(...rowsCome);
  #idle: () => void = () => undefined;

  constructor(private readonly row: SendRow) {}

  start(): void {
    onRow = () => this.#fill();
    this.#fill();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    if (this.#isSending) await new Promise<void>((resolve) => (this.#idle = resolve));
    onRow = () => undefined;
  }

  #fill(): void {
    if (this.#isSending || this.#isOver) return;
    const come = Math.min(...rowsCome) - this.#from;
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
