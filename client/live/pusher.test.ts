import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonIngestProtocol } from '../../protocol/json-ingest.js';
import { FakeLivePlatform, type FakeSocket } from '../../tests/harness/fake-live-platform.js';
import { assembleLiveClient } from './assemble-live-client.js';
import type { LiveClient, LiveClientOptions } from './live-client.js';
import type { NewReading, PushOutcome } from './push.js';

interface Scene {
  readonly platform: FakeLivePlatform;
  readonly client: LiveClient;
}

function scene(options: LiveClientOptions = {}): Scene {
  const platform = new FakeLivePlatform();
  const urls = { liveUrl: 'ws://host/live', ingestUrl: 'ws://host/ingest' };
  return { platform, client: assembleLiveClient({ ...urls, ...options }, platform) };
}

const reading = (value: number | string = 1): NewReading => ({
  chargePointId: 'CP-1',
  timestamp: '2026-03-10T06:00:00Z',
  value,
});
const readings = (count: number): NewReading[] => Array.from({ length: count }, (_, index) => reading(index));

interface Sent {
  readonly id: string;
  readonly chargePointId: string;
  readonly payload: unknown;
}
const framesOf = ({ sent }: FakeSocket): Sent[][] => sent.map((text) => JSON.parse(text) as Sent[]);
const idsOf = (socket: FakeSocket): string[] =>
  framesOf(socket)
    .flat()
    .map(({ id }) => id);

const accepted = (id: string) => ({ id, status: 'accepted' });
const retry = (id: string, retryAfterMs: unknown) => ({ id, status: 'retry', retryAfterMs });
const rejected = (id: string | null, code = 'invalid_timestamp') => ({
  id,
  status: 'rejected',
  error: { code, message: 'why', path: '/payload' },
});

/** The outcomes that are there already; undefined: the push has not ended. */
async function settled(push: Promise<readonly PushOutcome[]>): Promise<string[] | undefined> {
  const nothing = Symbol();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  const result = await Promise.race([push, Promise.resolve(nothing)]);
  return Array.isArray(result) ? (result as PushOutcome[]).map(({ status }) => status) : undefined;
}

describe('a push', () => {
  it('opens a connection by itself and resolves with the outcome of each reading, in their order', async () => {
    const { platform, client } = scene();
    const push = client.push(readings(3));
    expect(platform.socket.url).toBe('ws://host/ingest');
    expect(platform.socket.protocols).toEqual([]);
    platform.socket.accept();
    platform.socket.say(rejected('3'), accepted('1'));
    expect(await settled(push)).toBe(undefined);
    platform.socket.sayRaw(JSON.stringify(accepted('2')));
    expect(await push).toEqual([
      { status: 'accepted' },
      { status: 'accepted' },
      { status: 'rejected', error: { code: 'invalid_timestamp', message: 'why', path: '/payload' } },
    ]);
    expect(client.getStatus().pushes).toEqual({ waiting: 0, unanswered: 0 });
  });

  it('of one reading, of a message and of nothing', async () => {
    const { platform, client } = scene();
    await expect(client.push([])).resolves.toEqual([]);
    const one = client.push({ ...reading('1250.50'), unit: 'kWh', connectorId: 2, transactionId: 7 });
    const message = client.push({ chargePointId: 'CP-2', payload: { odd: true } });
    platform.socket.accept();
    expect(framesOf(platform.socket).flat()).toEqual([
      {
        id: '1',
        chargePointId: 'CP-1',
        payload: {
          connectorId: 2,
          transactionId: 7,
          meterValue: [
            { timestamp: '2026-03-10T06:00:00Z', sampledValue: [{ value: '1250.50', unit: 'kWh' }] },
          ],
        },
      },
      { id: '2', chargePointId: 'CP-2', payload: { odd: true } },
    ]);
    platform.socket.say(accepted('1'), accepted('2'));
    expect(await Promise.all([one, message])).toEqual([[{ status: 'accepted' }], [{ status: 'accepted' }]]);
  });

  it('says what the gateway takes', () => {
    const { platform, client } = scene();
    const full = {
      measurand: 'Power.Active.Import',
      unit: 'kW',
      phase: 'L1',
      location: 'EV',
      context: 'Other',
    };
    void client.push([reading(), { ...reading(7.25), ...full, timestamp: new Date(0), transactionId: 'a' }]);
    platform.socket.accept();
    const protocol = jsonIngestProtocol({ limits: { maxAheadMs: 0, minTimestampMs: 0 } });
    const context = {
      chargePointId: null,
      receivedAt: Date.parse('2026-03-10T12:00:00Z'),
      heartbeatIntervalS: 300,
    };
    const { verdicts } = protocol.handle(platform.socket.sent[0] ?? '', context);
    expect(verdicts.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  });

  it('is sent again after the time that the server asked for, and a little more', async () => {
    const { platform, client } = scene();
    const push = client.push(readings(2));
    platform.socket.accept();
    platform.socket.say(retry('1', 2_000), accepted('2'));
    platform.clock.pass(2_499);
    expect(idsOf(platform.socket)).toEqual(['1', '2']);
    platform.clock.pass(1);
    expect(idsOf(platform.socket)).toEqual(['1', '2', '1']);
    platform.socket.say(accepted('1'));
    expect(await settled(push)).toEqual(['accepted', 'accepted']);
  });

  it.each([
    [undefined, 1_250],
    ['soon', 1_250],
    [-5, 125],
    [0, 125],
    [1e12, 75_000],
  ])('with a retryAfterMs of %s waits no time and no eternity', (retryAfterMs, expectedMs) => {
    const { platform, client } = scene();
    void client.push(reading());
    platform.socket.accept();
    platform.socket.say(retry('1', retryAfterMs));
    platform.clock.pass(expectedMs - 1);
    expect(platform.socket.sent.length).toBe(1);
    platform.clock.pass(1);
    expect(platform.socket.sent.length).toBe(2);
  });

  it('that was not answered goes out again, the oldest first, by the next connection', async () => {
    const { platform, client } = scene();
    const first = client.push(readings(2));
    platform.socket.accept();
    platform.socket.say(accepted('2'));
    platform.socket.drop();
    const second = client.push(reading());
    expect(client.getStatus().pushes).toEqual({ waiting: 2, unanswered: 0 });
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(idsOf(platform.socket)).toEqual(['1', '3']);
    platform.socket.say(accepted('1'), accepted('3'));
    expect([await settled(first), await settled(second)]).toEqual([['accepted', 'accepted'], ['accepted']]);
  });

  it('gives a silent server up after the time for answers, and asks another connection', () => {
    const { platform, client } = scene({ answerTimeoutMs: 5_000 });
    void client.push(reading());
    platform.socket.accept();
    const { socket } = platform;
    platform.clock.pass(3_000);
    void client.push(reading());
    platform.clock.pass(1_999);
    expect(socket.closed).toBeNull();
    platform.clock.pass(1);
    expect(socket.closed).not.toBeNull();
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(idsOf(platform.socket)).toEqual(['1', '2']);
  });

  it('goes out in frames of a hundred messages and 64 KiB, a thousand unanswered at most', () => {
    const { platform, client } = scene();
    void client.push(readings(1_250));
    platform.socket.accept();
    expect(framesOf(platform.socket).map(({ length }) => length)).toEqual(Array<number>(10).fill(100));
    platform.socket.say(...idsOf(platform.socket).map(accepted));
    expect(framesOf(platform.socket).map(({ length }) => length)).toEqual([
      ...Array<number>(12).fill(100),
      50,
    ]);
    const large = { chargePointId: 'CP-1', payload: 'x'.repeat(40_000) };
    const { platform: other, client: sender } = scene();
    void sender.push([large, large, large]);
    other.socket.accept();
    expect(framesOf(other.socket).map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it('takes nothing when its queue is full, and takes again when there is room', async () => {
    const { platform, client } = scene({ maxWaitingPushes: 3 });
    const first = client.push(readings(2));
    await expect(client.push(readings(2))).rejects.toMatchObject({ code: 'push-queue-full', canRetry: true });
    expect(client.getStatus().pushes).toEqual({ waiting: 2, unanswered: 0 });
    platform.socket.accept();
    platform.socket.say(accepted('1'), accepted('2'));
    expect(await settled(first)).toEqual(['accepted', 'accepted']);
    void client.push(readings(3));
    expect(client.getStatus().pushes.unanswered).toBe(3);
  });

  it('is bounded by its size too', async () => {
    const { client } = scene();
    const large = { chargePointId: 'CP-1', payload: 'x'.repeat(9 * 1024 * 1024) };
    void client.push(large);
    await expect(client.push(large)).rejects.toMatchObject({ code: 'push-queue-full' });
  });

  it('of a frame that the server could not attribute is found by sending each alone', async () => {
    const { platform, client } = scene();
    const push = client.push(readings(3));
    platform.socket.accept();
    platform.socket.sayRaw(JSON.stringify(rejected(null, 'nested_too_deep')));
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(idsOf(platform.socket)).toEqual(['1']);
    void client.push(reading());
    expect(idsOf(platform.socket)).toEqual(['1']);
    platform.socket.say(accepted('1'));
    expect(idsOf(platform.socket)).toEqual(['1', '2']);
    platform.socket.sayRaw(JSON.stringify(rejected(null, 'nested_too_deep')));
    platform.socket.say(accepted('3'));
    expect(await settled(push)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(idsOf(platform.socket)).toEqual(['1', '2', '3', '4']);
  });

  it('of a message that is too large for the gateway is rejected, and the others are not', async () => {
    const { platform, client } = scene();
    const push = client.push(readings(2));
    platform.socket.accept();
    platform.socket.drop(1009, 'too large');
    platform.clock.pass(1_000);
    platform.socket.accept();
    platform.socket.drop(1009, 'too large');
    platform.clock.pass(2_000);
    platform.socket.accept();
    platform.socket.say(accepted('2'));
    expect(await push).toMatchObject([
      { status: 'rejected', error: { code: 'frame_too_large' } },
      { status: 'accepted' },
    ]);
  });

  it('that is aborted is forgotten, and its outcome is not known', async () => {
    const { platform, client } = scene();
    const controller = new AbortController();
    const push = client.push(readings(2), { signal: controller.signal });
    platform.socket.accept();
    platform.socket.say(accepted('1'));
    controller.abort();
    expect(await push).toEqual([{ status: 'accepted' }, { status: 'unconfirmed' }]);
    expect(client.getStatus().pushes).toEqual({ waiting: 0, unanswered: 0 });
    expect(await client.push(reading(), { signal: controller.signal })).toEqual([{ status: 'unconfirmed' }]);
    expect(platform.socket.sent.length).toBe(1);
  });

  it('ends unconfirmed when the client is closed, and is refused afterwards', async () => {
    const { platform, client } = scene();
    const push = client.push(readings(2));
    platform.socket.accept();
    const later = client.push(reading());
    client.close();
    expect([await settled(push), await settled(later)]).toEqual([
      ['unconfirmed', 'unconfirmed'],
      ['unconfirmed'],
    ]);
    await expect(client.push(reading())).rejects.toMatchObject({ code: 'closed' });
    platform.clock.pass(600_000);
    expect(platform.sockets.length).toBe(1);
  });

  it('without an address, or of what can not be a message, rejects and takes nothing', async () => {
    const { client } = scene({ ingestUrl: undefined });
    await expect(client.push(reading())).rejects.toMatchObject({ code: 'no-ingest-url' });
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const { client: other, platform } = scene();
    for (const payload of [circular, 10n]) {
      const push = other.push([reading(), { chargePointId: 'CP-1', payload }]);
      await expect(push).rejects.toMatchObject({ code: 'invalid-options' });
    }
    await expect(other.push([null as never])).rejects.toMatchObject({ code: 'invalid-options' });
    expect([other.getStatus().pushes, platform.sockets]).toEqual([{ waiting: 0, unanswered: 0 }, []]);
  });

  it('closes its connection after a while of nothing to push, and opens it again', () => {
    const { platform, client } = scene();
    void client.push(reading());
    platform.socket.accept();
    platform.socket.say(accepted('1'));
    platform.clock.pass(30_000);
    expect(platform.socket.closed).not.toBeNull();
    void client.push(reading());
    expect(platform.sockets.length).toBe(2);
  });

  it('does not reconnect for nothing', () => {
    const { platform, client } = scene();
    void client.push(reading());
    platform.socket.accept();
    platform.socket.say(accepted('1'));
    platform.socket.drop(1012);
    platform.clock.pass(600_000);
    expect(platform.sockets.length).toBe(1);
  });

  it('passes over answers that make no sense, and connects anew at what is no JSON', async () => {
    const { platform, client } = scene();
    const errors: string[] = [];
    client.on('error', ({ code }) => errors.push(code));
    const push = client.push(reading());
    platform.socket.accept();
    platform.socket.say(null, 7, {}, { id: 1, status: 'accepted' }, accepted('99'), retry('98', 5), [
      accepted('1'),
    ]);
    platform.socket.say({ id: '__proto__', status: 'accepted' }, { id: '1', status: 'maybe' });
    expect(await settled(push)).toBe(undefined);
    platform.socket.sayRaw('<html>');
    expect(errors).toEqual(['malformed-frame']);
    platform.clock.pass(1_000);
    platform.socket.accept();
    platform.socket.say({ id: '1', status: 'rejected', error: 7 });
    expect(await push).toEqual([{ status: 'rejected', error: { code: '', message: '', path: '' } }]);
  });
});

describe('pushes over a bad connection', () => {
  it('end with one outcome each, whatever is lost, refused for now or answered twice', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('push' as const), count: fc.integer({ min: 1, max: 150 }) }),
      fc.record({ do: fc.constant('answer' as const), every: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ do: fc.constant('retry' as const), every: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ do: fc.constant('drop' as const) }),
      fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { platform, client } = scene();
        const pushes: { readonly count: number; readonly push: Promise<readonly PushOutcome[]> }[] = [];
        const unansweredOf = (socket: FakeSocket): string[] => idsOf(socket);
        for (const each of steps) {
          const socket = platform.sockets.at(-1);
          if (socket?.closed === null) socket.accept();
          if (each.do === 'push') pushes.push({ count: each.count, push: client.push(readings(each.count)) });
          else if (each.do === 'pass') platform.clock.pass(each.ms);
          else if (socket?.closed === null) {
            const ids = unansweredOf(socket);
            if (each.do === 'drop') socket.drop();
            else {
              const some = ids.filter((_, index) => index % each.every === 0);
              socket.say(...some.map((id) => (each.do === 'answer' ? accepted(id) : retry(id, 300))));
            }
          }
        }
        // Now the server is well.
        for (
          let round = 0;
          round < 60 && client.getStatus().pushes.waiting + client.getStatus().pushes.unanswered > 0;
          round++
        ) {
          const socket = platform.sockets.at(-1);
          if (socket?.closed === null) {
            socket.accept();
            socket.say(...unansweredOf(socket).map(accepted));
          }
          platform.clock.pass(20_000);
        }
        for (const { count, push } of pushes) {
          expect(await settled(push)).toEqual(Array<string>(count).fill('accepted'));
        }
      }),
      { numRuns: 150 },
    );
  });
});
