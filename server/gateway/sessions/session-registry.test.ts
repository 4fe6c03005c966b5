import pino from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChargerProtocol } from '../../../protocol/charger-protocol.js';
import { ocpp16Protocol } from '../../../protocol/ocpp16/ocpp16-protocol.js';
import type { ConnectionState } from '../../../store/connections/connection-state.js';
import { createRegistryMetrics } from './registry-metrics.js';
import { SessionRegistry, type ConnectionStore } from './session-registry.js';
import type { Session, SessionSocket } from './session.js';

const protocol: ChargerProtocol = ocpp16Protocol({ limits: { maxAheadMs: 1, minTimestampMs: 0 } });
const BOOT = { vendor: 'Acme', model: 'AC 22', serialNumber: '', firmwareVersion: '' };

describe('the session registry', () => {
  let writes: (readonly ConnectionState[])[];
  let store: ConnectionStore & { down: boolean; elsewhere: Set<string>; unknownIds: string[] };
  let metrics: Registry;
  let registry: SessionRegistry;
  let replaced: string[];
  let stop: AbortController;
  let running: Promise<void>;
  let lastWords: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    writes = [];
    replaced = [];
    lastWords = [];
    metrics = new Registry();
    store = {
      down: false,
      elsewhere: new Set(),
      unknownIds: [],
      write(states) {
        if (store.down) return Promise.reject(new Error('down'));
        const given = states();
        writes.push(given);
        return Promise.resolve(
          new Set(given.map(({ chargePointId }) => chargePointId).filter((id) => !store.elsewhere.has(id))),
        );
      },
      unknown: () => Promise.resolve(store.unknownIds),
      beat: () => Promise.resolve(),
      end() {
        lastWords.push(...writes.flat().map(({ chargePointId }) => chargePointId));
        return Promise.resolve();
      },
    };
    start({});
  });

  afterEach(async () => {
    stop.abort();
    await vi.runAllTimersAsync();
    await running;
    vi.useRealTimers();
  });

  function start(options: { batchMax?: number; backlogMax?: number }): void {
    registry = new SessionRegistry(store, createRegistryMetrics(metrics), pino({ level: 'silent' }), options);
    stop = new AbortController();
    running = registry.run(stop.signal);
  }

  async function restart(options: { batchMax?: number; backlogMax?: number }): Promise<void> {
    stop.abort();
    await vi.runAllTimersAsync();
    await running;
    metrics = new Registry();
    start(options);
  }

  function connect(chargePointId: string): Session {
    const socket: SessionSocket = {
      chargePointId,
      peer: '10.0.0.1',
      isServing: true,
      call: () => true,
      replaced: () => replaced.push(chargePointId),
    };
    return registry.opened(socket, protocol);
  }

  const second = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);
  const count = async (name: string, label: string): Promise<number> =>
    (await metrics.getSingleMetric(`meterpulse_gateway_${name}`)?.get())?.values.find(
      ({ labels }) => Object.values(labels)[0] === label,
    )?.value ?? 0;

  it('writes a second of changes in one statement, each charge point once and as it is then', async () => {
    const one = connect('A');
    connect('B').closed('silent');
    await vi.advanceTimersByTimeAsync(400);
    one.take({ boot: BOOT });
    await vi.advanceTimersByTimeAsync(600);
    expect(writes).toMatchObject([
      [
        {
          chargePointId: 'A',
          connectedAgeMs: 1_000,
          lastMessageAgeMs: 600,
          disconnectedAgeMs: null,
          boot: { model: 'AC 22', ageMs: 600 },
        },
        { chargePointId: 'B', disconnectedAgeMs: 1_000, closeReason: 'silent', boot: null },
      ],
    ]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(writes).toHaveLength(1);
  });

  it('writes at once what makes a batch, and a large change in several', async () => {
    await restart({ batchMax: 100 });
    for (let at = 0; at < 250; at++) connect(`CP-${at}`);
    await vi.advanceTimersByTimeAsync(1);
    expect(writes.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('writes the last message once a minute at most, however many there are', async () => {
    const session = connect('A');
    for (let at = 0; at < 180; at++) {
      session.take({});
      await second();
    }
    expect(writes.length).toBeGreaterThanOrEqual(3);
    expect(writes.length).toBeLessThanOrEqual(5);
  });

  it('tells a boot once, also when the socket that told it was replaced before it was written', async () => {
    const older = connect('A');
    older.take({ boot: BOOT });
    const newer = connect('A');
    older.closed('replaced');
    await second();
    expect(writes).toMatchObject([
      [{ session: newer.number, disconnectedAgeMs: null, boot: { model: 'AC 22' } }],
    ]);
    newer.closed('closed');
    await second();
    expect(writes[1]).toMatchObject([{ session: newer.number, closeReason: 'closed', boot: null }]);
  });

  it('closes the socket of which the database knows a newer one, and none that is closed already', async () => {
    connect('A');
    connect('B').closed('closed');
    store.elsewhere = new Set(['A', 'B']);
    await second();
    expect(replaced).toEqual(['A']);
  });

  it('closes the socket that another process took over, and not the newer one that came meanwhile', () => {
    const older = connect('A');
    registry.replaced('A', older.number);
    expect(replaced).toEqual(['A']);
    const newer = connect('A');
    registry.replaced('A', older.number);
    expect(replaced).toEqual(['A']);
    registry.replaced('A', newer.number);
    expect(replaced).toEqual(['A', 'A']);
    registry.replaced('nobody', 7);
  });

  it('keeps the newest states while the database is down, and writes those when it is back', async () => {
    const session = connect('A');
    session.take({ boot: BOOT });
    store.down = true;
    await vi.advanceTimersByTimeAsync(5_000);
    session.closed('closed');
    const again = connect('A');
    connect('B');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(writes).toEqual([]);
    expect(await count('connection_writes_total', 'failed')).toBeGreaterThan(2);
    store.down = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(writes.flat().toSorted((a, b) => a.chargePointId.localeCompare(b.chargePointId))).toMatchObject([
      { chargePointId: 'A', session: again.number, disconnectedAgeMs: null, boot: { model: 'AC 22' } },
      { chargePointId: 'B' },
    ]);
  });

  it('holds a bounded backlog: closed sockets go first, and what is open is found again', async () => {
    await restart({ backlogMax: 10 });
    store.down = true;
    connect('open');
    for (let at = 0; at < 50; at++) connect(`CP-${at}`).closed('closed');
    expect(await count('connection_writes_total', 'dropped')).toBe(41);
    for (let at = 0; at < 20; at++) connect(`held-${at}`);
    store.down = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(writes.flat()).toHaveLength(10);
    store.unknownIds = ['open', 'gone'];
    await registry.reconcile();
    await second();
    expect(writes.at(-1)).toMatchObject([{ chargePointId: 'open', disconnectedAgeMs: null }]);
  });

  it('writes the last states before it says that the process ends', async () => {
    const session = connect('A');
    await second();
    session.closed('closed');
    stop.abort();
    await running;
    expect(writes.flat()).toMatchObject([{ disconnectedAgeMs: null }, { closeReason: 'closed' }]);
    expect(lastWords).toEqual(['A', 'A']);
  });

  it('does not hold a stop up when the database hangs', async () => {
    connect('A');
    store.write = () => new Promise(() => undefined);
    stop.abort();
    await vi.advanceTimersByTimeAsync(6_000);
    await running;
    expect(lastWords).toEqual([]);
  });
});
