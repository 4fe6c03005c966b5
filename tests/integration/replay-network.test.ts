import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { replay, type ReplayHooks } from '../../client/replay/replay.js';
import type { ReplayOptions } from '../../client/replay/options.js';
import type { ReplaySummary } from '../../client/replay/summary.js';
import { FakeGateway, type FakeGatewayOptions, type HeardMessage } from '../harness/fake-gateway.js';
import { createScratch, HEADER, meterValueRows, writeCsv } from '../harness/workbook-file.js';

const ROWS = 400;
const scratch = await createScratch();
const file = scratch.path('rows.csv');
let gateway: FakeGateway | undefined;

beforeAll(() => writeCsv(file, [HEADER, ...meterValueRows(ROWS, 7)]));
afterEach(() => gateway?.stop());
afterAll(() => scratch.remove());

async function run(
  fake: FakeGatewayOptions,
  options: Partial<ReplayOptions> = {},
  hooks: ReplayHooks = {},
): Promise<ReplaySummary> {
  gateway = await FakeGateway.start(fake);
  return replay({ file, url: gateway.url, connections: 3, window: 16, ...options }, hooks);
}

/** Values as first heard, for each charge point. */
function firstHeard(messages: readonly HeardMessage[]): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (const { chargePointId, payload } of messages) {
    const value = Number(
      (payload as { meterValue: { sampledValue: { value: string }[] }[] }).meterValue[0]?.sampledValue[0]
        ?.value,
    );
    const list = values.get(chargePointId) ?? [];
    if (!list.includes(value)) values.set(chargePointId, [...list, value]);
  }
  return values;
}

function expectAllInOrder(messages: readonly HeardMessage[]): void {
  const values = firstHeard(messages);
  expect([...values.values()].flat()).toHaveLength(ROWS);
  for (const list of values.values()) expect(list).toEqual([...list].sort((a, b) => a - b));
}

const ROUGH: Record<string, FakeGatewayOptions> = {
  'closes every 50th message with 1012': { react: (_, nth) => (nth % 50 === 0 ? { close: 1012 } : 'accept') },
  'cuts the socket without a word': { react: (_, nth) => (nth % 70 === 0 ? { close: 0 } : 'accept') },
  'is too busy for the first four upgrades': {
    upgrade: (_, nth) => (nth <= 4 ? { status: 503, retryAfter: 0 } : null),
  },
  'answers 502 for a while': { upgrade: (_, nth) => (nth <= 4 ? { status: 502 } : null) },
};

describe.each(['json', 'ocpp1.6'] as const)('a replay by %s', (protocol) => {
  it('has every row acknowledged, in the order of the sheet for each charge point', async () => {
    const summary = await run({}, { protocol });
    expect(summary).toMatchObject({
      rows: ROWS,
      sent: ROWS,
      acknowledged: ROWS,
      rejected: 0,
      retried: 0,
      badRows: 0,
    });
    expect(gateway?.heard).toHaveLength(ROWS);
    expectAllInOrder(gateway?.accepted ?? []);
  });

  it.each(Object.entries(ROUGH))('gets every row acknowledged by a gateway that %s', async (_, fake) => {
    const summary = await run(fake, { protocol });
    expect(summary).toMatchObject({ sent: ROWS, acknowledged: ROWS, rejected: 0 });
    expectAllInOrder(gateway?.heard ?? []);
  });

  it('counts rejected rows by the reason given, and does not send them again', async () => {
    const code = protocol === 'json' ? 'invalid_connector' : 'PropertyConstraintViolation';
    const summary = await run(
      { react: (_, nth) => (nth % 10 === 0 ? { reject: code } : 'accept') },
      { protocol },
    );
    expect(summary).toMatchObject({
      acknowledged: 360,
      rejected: 40,
      retried: 0,
      rejectReasons: { [code]: 40 },
    });
    expect(gateway?.heard).toHaveLength(ROWS);
  });

  it('sends again what the gateway asks to retry, not before the time it names', async () => {
    let asked = 0;
    let returned = 0;
    const summary = await run(
      {
        react: ({ id }, nth) => {
          if (nth === 30) {
            asked = performance.now();
            return { retry: 300 };
          }
          if (
            asked > 0 &&
            returned === 0 &&
            gateway?.heard.filter((message) => sameRow(message.id, id)).length === 2
          )
            returned = performance.now();
          return 'accept';
        },
      },
      { protocol, connections: 1 },
    );
    expect(summary).toMatchObject({ sent: ROWS, acknowledged: ROWS, retried: 1 });
    expect(returned - asked).toBeGreaterThanOrEqual(295);
  });

  it('replaces a socket that falls silent', async () => {
    const summary = await run(
      { react: (_, nth) => (nth === 25 ? 'silence' : 'accept') },
      { protocol, answerWithin: 1 },
    );
    expect(summary).toMatchObject({ acknowledged: ROWS, retried: 1 });
  });

  it('never has more rows unanswered on a socket than the window allows', async () => {
    await run({}, { protocol, window: 5, connections: 2 });
    expect(gateway?.mostUnanswered).toBe(protocol === 'json' ? 5 : 1);
  });

  it('gives up with the count so far when a gateway that was there takes nothing any more', async () => {
    const seen: number[] = [];
    gateway = await FakeGateway.start({ react: (_, nth) => (nth > 100 ? 'silence' : 'accept') });
    const options = { file, url: gateway.url, protocol, giveUpAfter: 1, connections: 1, window: 10 };
    await expect(
      replay(options, { onProgress: ({ acknowledged }) => seen.push(acknowledged) }),
    ).rejects.toMatchObject({ code: 'REPLAY_STALLED' });
    expect(seen.at(-1)).toBe(100);
  });

  it('names the address when nothing listens there', async () => {
    gateway = await FakeGateway.start();
    const { url } = gateway;
    await gateway.stop();
    await expect(replay({ file, url, protocol, connectWithin: 1 })).rejects.toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: expect.stringContaining(url) as string,
    });
  });

  it('ends early when told to, and says what was done', async () => {
    const stop = new AbortController();
    gateway = await FakeGateway.start({
      react: (_, nth) => {
        if (nth === 50) stop.abort();
        return 'accept';
      },
    });
    const summary = await replay({ file, url: gateway.url, protocol }, { signal: stop.signal });
    expect(summary.acknowledged).toBeLessThan(ROWS);
    expect(summary.rows).toBe(ROWS);
  });
});

describe('a replay', () => {
  it('waits as long as Retry-After says', async () => {
    await run(
      { upgrade: (_, nth) => (nth === 1 ? { status: 503, retryAfter: 1 } : null) },
      { connections: 1 },
    );
    const [first, second] = gateway?.upgrades ?? [];
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(995);
  });

  it('ends at once when the address has no gateway behind it', async () => {
    gateway = await FakeGateway.start({ upgrade: () => ({ status: 404 }) });
    await expect(replay({ file, url: gateway.url })).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' });
    expect(gateway.upgrades.length).toBeLessThanOrEqual(8);
  });

  it('counts the rows of a charge point that the gateway refuses, and sends the others', async () => {
    const summary = await run(
      { upgrade: ({ url }) => (url === '/ocpp/CP-3' ? { status: 404 } : null) },
      { protocol: 'ocpp1.6' },
    );
    expect(summary.refuseReasons).toEqual({ http_404: 57 });
    expect(summary).toMatchObject({ acknowledged: ROWS - 57, rejected: 0, refused: 57 });
  });

  it('leaves refused rows open, so that a later run with the same resume state sends them', async () => {
    const resume = scratch.path('refused.json');
    let isKnown = false;
    gateway = await FakeGateway.start({
      upgrade: ({ url }) => (url === '/ocpp/CP-3' && !isKnown ? { status: 404 } : null),
    });
    const options = { file, url: gateway.url, protocol: 'ocpp1.6', resume } as const;
    expect(await replay(options)).toMatchObject({ acknowledged: ROWS - 57, refused: 57 });
    isKnown = true;
    expect(await replay(options)).toMatchObject({ skipped: ROWS - 57, acknowledged: 57, refused: 0 });
    expectAllInOrder(gateway.accepted);
  });

  it.each(['json', 'ocpp1.6'] as const)(
    'refuses rows that are too large for the gateway, and sends the others once, by %s',
    async (protocol) => {
      const poisoned = scratch.path(`poison-${protocol}.csv`);
      const rows = meterValueRows(60, 2);
      for (const at of [33, 35, 37, 39, 59]) {
        rows[at] = ['CP-1', JSON.stringify({ connectorId: 1, padding: 'x'.repeat(2_000_000) })];
      }
      await writeCsv(poisoned, [HEADER, ...rows]);
      const summary = await run({}, { file: poisoned, protocol, connections: 1 });
      expect(summary).toMatchObject({ acknowledged: 55, rejected: 0, refused: 5, retried: 0 });
      expect(summary.refuseReasons).toEqual({ frame_too_large: 5 });
      expect(summary.seconds).toBeLessThan(20);
    },
  );

  it('finds the one row of many unanswered that makes the gateway close the socket', async () => {
    const summary = await run(
      { react: ({ id }) => (id === 'row-200' ? { close: 1007 } : 'accept') },
      { connections: 1, window: 50 },
    );
    expect(summary).toMatchObject({ acknowledged: ROWS - 1, refused: 1, refuseReasons: { closed_1007: 1 } });
  });

  it('finds the row that the gateway rejects without a name', async () => {
    const summary = await run(
      {
        react: ({ id }) =>
          id === 'row-100' || id === 'row-101' ? { nameless: 'nested_too_deep' } : 'accept',
      },
      { connections: 1 },
    );
    expect(summary).toMatchObject({ acknowledged: ROWS - 2, rejected: 2, retried: 0 });
    expect(summary.rejectReasons).toEqual({ nested_too_deep: 2 });
    expectAllInOrder(gateway?.heard ?? []);
  });

  it('does not fight with another client of the same charge point', async () => {
    let replaced = 0;
    await run(
      { react: (_, nth) => (nth === 10 ? ((replaced = performance.now()), { close: 4001 }) : 'accept') },
      { connections: 1 },
      { random: () => 0.1 },
    );
    expect(gateway?.upgrades).toHaveLength(2);
    expect((gateway?.upgrades[1]?.at ?? 0) - replaced).toBeGreaterThan(500);
  });

  it('goes on when the gateway is away for a while and comes back', async () => {
    const first = await FakeGateway.start({ react: (_, nth) => (nth > 150 ? 'silence' : 'accept') });
    const { port, url } = first;
    const lost: Error[] = [];
    const running = replay(
      { file, url, connections: 2, window: 8 },
      { onConnectionLost: (cause) => lost.push(cause), random: () => 0.2 },
    );
    await expect.poll(() => first.heard.length).toBeGreaterThan(150);
    await first.stop();
    await expect.poll(() => lost.length).toBeGreaterThan(3);
    gateway = await FakeGateway.start({ port });
    const summary = await running;
    expect(summary).toMatchObject({ sent: ROWS, acknowledged: ROWS });
    expect(first.accepted.length + gateway.accepted.length).toBeGreaterThanOrEqual(ROWS);
  });

  it('sends the same rows in another order when shuffled, the same order for the same seed', async () => {
    const heard: string[][] = [];
    for (let round = 0; round < 2; round++) {
      const summary = await run({}, { shuffle: 7, connections: 1 });
      expect(summary.acknowledged).toBe(ROWS);
      heard.push((gateway?.heard ?? []).map(({ id }) => id));
      await gateway?.stop();
    }
    expect(heard[0]).toEqual(heard[1]);
    const inOrder = [...(heard[0] ?? [])].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
    expect(heard[0]).not.toEqual(inOrder);
  });

  it("keeps the pace of the readings' own time", async () => {
    // 400 rows, one a second, two hundred times faster: the last is due after 1.995 seconds.
    const summary = await run({}, { speed: '200x' });
    expect(summary.acknowledged).toBe(ROWS);
    expect(summary.seconds).toBeGreaterThanOrEqual(1.995);
  });
});

function sameRow(one: string, other: string): boolean {
  return one.split('.')[0] === other.split('.')[0];
}
