/**
 * The floor of the live feed: LISTEN, a SELECT of the rows that are new, their changes as one JSON text a row, and that text to
 * every socket of a bare `ws` server. No filter, no cursor, no bound, no batch. It notes when it came to what.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { WebSocketServer } from 'ws';
import type { ReadingsPayload } from '../../store/feed/feed-row.js';
import { serve } from '../child.js';
import { monotonicMs } from '../live/monotonic.js';

/** Monotonic ms by the number of the first change of a row. */
export interface Stages {
  readonly notifiedAt: Readonly<Record<number, number>>;
  readonly readAt: Readonly<Record<number, number>>;
  readonly encodedAt: Readonly<Record<number, number>>;
}

const noted = {
  notifiedAt: {} as Record<number, number>,
  readAt: {} as Record<number, number>,
  encodedAt: {} as Record<number, number>,
};

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

interface SeriesRow {
  readonly id: number;
  readonly chargePointId: string;
  readonly measurand: string;
  readonly unit: string;
}

interface Row {
  readonly position: string;
  readonly committed_at: Date;
  readonly kind: string;
  readonly payload: ReadingsPayload;
}

async function start(databaseUrl: string | null): Promise<{ port: number }> {
  await new Promise<void>((listening) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, listening),
  );
  if (databaseUrl !== null) await follow(databaseUrl);
  return { port: (server.address() as AddressInfo).port };
}

async function follow(databaseUrl: string): Promise<void> {
  const [listener, reader] = [1, 2].map(() => new pg.Client({ connectionString: databaseUrl }));
  if (listener === undefined || reader === undefined) throw new Error('no connections');
  await Promise.all([listener.connect(), reader.connect()]);
  const series = new Map<number, SeriesRow>();
  let cursor = 0;
  let wakes = 0;
  let isReading = false;
  const read = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    while (wakes > 0) {
      wakes = 0;
      const notifiedAt = monotonicMs();
      const { rows } = await reader.query<Row>({
        name: 'new-rows',
        text: 'select position, committed_at, kind, payload from feed where position > $1 order by position',
        values: [cursor],
      });
      const readAt = monotonicMs();
      cursor = Number(rows.at(-1)?.position ?? cursor);
      const flushes = rows.filter(({ kind }) => kind === 'readings');
      if (flushes.some(({ payload }) => payload.inserted.series.some((id) => !series.has(id)))) {
        await learn(reader, series);
      }
      for (const row of flushes) {
        const first = row.payload.inserted.value[0] ?? 0;
        const text = encode(row, series);
        const encodedAt = monotonicMs();
        for (const socket of sockets.clients) socket.send(text, { binary: false });
        noted.notifiedAt[first] = notifiedAt;
        noted.readAt[first] = readAt;
        noted.encodedAt[first] = encodedAt;
      }
    }
    isReading = false;
  };
  listener.on('notification', () => {
    wakes += 1;
    void read();
  });
  await listener.query('listen meterpulse_feed');
}

async function learn(reader: pg.Client, series: Map<number, SeriesRow>): Promise<void> {
  const { rows } = await reader.query<SeriesRow>(
    'select id, charge_point_id as "chargePointId", measurand, unit from series',
  );
  for (const row of rows) series.set(row.id, row);
}

function encode(row: Row, series: ReadonlyMap<number, SeriesRow>): Buffer {
  const { series: ids, ts, value } = row.payload.inserted;
  const timestamp = row.committed_at.toISOString();
  const messages = ids.map((id, index) => {
    const { chargePointId = '', measurand = '', unit = '' } = series.get(id) ?? {};
    return {
      kind: 'reading',
      type: 'INSERT',
      id: 's1',
      data: {
        chargePointId,
        ...{ evseId: 0, connectorId: 1, measurand, phase: '', location: 'Outlet', unit },
        context: 'Sample.Periodic',
        timestamp: new Date(ts[index] ?? 0).toISOString(),
        value: value[index],
        ...{ transactionId: null, quality: [] },
      },
      timestamp,
      changeId: `${row.position}.${index}`,
    };
  });
  return Buffer.from(JSON.stringify(messages));
}

function stages(): Stages {
  return noted;
}

serve({ start, stages });
