import { describe, expect, it, vi } from 'vitest';
import type { Auditor } from '../../server/audit/auditor.js';
import type { RefusalEntry } from '../../server/audit/refusal-groups.js';
import type { GatewayOptions } from '../../server/gateway/gateway-options.js';
import type { Sender } from '../../server/gateway/sender-identity.js';
import { clientAddress, isAmong } from '../../server/limits/client-address.js';
import { RequestLimits } from '../../server/limits/request-limits.js';
import { SharedCounts, type CountStore } from '../../server/limits/shared-counts.js';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, RawClient, startGateway, TestClient } from '../harness/gateway.js';

const PROXIES = ['127.0.0.1'];
const PRINCIPAL = { by: 'key', name: 'depot (abc)', sites: null } as const;

/** Counts of all processes, as the database keeps them; time stands still in it. */
function sharedStore(): CountStore {
  const all = new Map<string, number>();
  return {
    count: (counts) =>
      Promise.resolve(
        counts.map(({ subject, requests }) => {
          const current = (all.get(subject.toString('hex')) ?? 0) + requests;
          all.set(subject.toString('hex'), current);
          return { subject, current, previous: 0, elapsedMs: 0 };
        }),
      ),
    forget: () => Promise.resolve(),
  };
}

interface Settings {
  readonly store?: CountStore;
  readonly proxies?: readonly string[];
  readonly perMinute?: Partial<Record<'key' | 'site' | 'address', number>>;
  readonly messagesPerMinute?: number;
  readonly sender?: Partial<Sender>;
  readonly options?: Partial<GatewayOptions>;
}

async function start({
  store = sharedStore(),
  proxies = [],
  perMinute,
  messagesPerMinute,
  sender,
  options,
}: Settings) {
  const told: { readonly refusal: RefusalEntry; readonly times: number }[] = [];
  const audit: Auditor = {
    refused: (refusal, times = 1) => void told.push({ refusal, times }),
    note: () => undefined,
  };
  const counts = new SharedCounts({ store, onError: () => undefined });
  const limits = new RequestLimits({
    counts,
    clientAddress: clientAddress(proxies),
    isProxy: isAmong(proxies),
    perMinute: { key: 0, site: 0, address: 0, ...perMinute },
    ...(messagesPerMinute === undefined ? {} : { messagesPerMinute }),
    onLimited: () => undefined,
  });
  const senders = {
    identify: () =>
      Promise.resolve({
        principal: PRINCIPAL,
        maySpeakFor: undefined,
        watch: () => () => undefined,
        ...sender,
      }),
  };
  const started = await startGateway(options, { limits, audit, senders });
  return { ...started, told, counts };
}

async function knock(port: number, path: string, ...headers: string[]): Promise<RawClient> {
  const raw = new RawClient(port).upgrade(path, 'Sec-WebSocket-Protocol: ocpp1.6', ...headers);
  await vi.waitFor(() => expect(raw.received).toContain('\r\n\r\n'), soon);
  return raw;
}

describe('programs at a gateway', () => {
  it('come so often a minute by one key, over all processes, and are told when to come again', async () => {
    const store = sharedStore();
    const [one, other] = [
      await start({ store, perMinute: { key: 3 } }),
      await start({ store, perMinute: { key: 3 } }),
    ];
    expect((await knock(one.port, '/ingest')).status).toBe(101);
    expect((await knock(one.port, '/ingest')).status).toBe(101);
    await one.counts.share();
    expect((await knock(other.port, '/ingest')).status).toBe(101);
    await other.counts.share();
    const refused = await knock(other.port, '/ingest');
    expect(refused.status).toBe(429);
    expect(refused.received.toLowerCase()).toMatch(/retry-after: \d+/);
    expect(await other.metric('meterpulse_gateway_limited_total', { limit: 'key' })).toBe(1);
    expect(other.told).toMatchObject([{ refusal: { action: 'connect.gateway', reason: 'limited' } }]);
  });

  it('send so many messages a minute by one key: more are answered with retry, are not on the log, and are in the audit', async () => {
    const { url, log, told, metric } = await start({ messagesPerMinute: 3 });
    const [first, second] = [await TestClient.open(`${url}/ingest`), await TestClient.open(`${url}/ingest`)];
    first.send([ingest('a'), ingest('b')]);
    await vi.waitFor(() => expect(first.received).toHaveLength(1), soon);
    second.send(ingest('c'));
    await vi.waitFor(() => expect(second.json()).toEqual([{ id: 'c', status: 'accepted' }]), soon);
    second.send([ingest('d'), ingest('e')]);
    await vi.waitFor(() => expect(second.received).toHaveLength(2), soon);
    const put = second.json()[1] as { id: string; status: string; retryAfterMs: number }[];
    expect(put.map(({ id, status }) => [id, status])).toEqual([
      ['d', 'retry'],
      ['e', 'retry'],
    ]);
    expect(put[0]?.retryAfterMs).toBeGreaterThan(1_000);
    expect(log.messages).toHaveLength(3);
    expect(told).toMatchObject([
      {
        refusal: { action: 'ingest', actor: 'depot (abc)', actorKind: 'key', reason: 'limit_of_messages' },
        times: 2,
      },
    ]);
    expect(await metric('meterpulse_gateway_limited_total', { limit: 'key_messages' })).toBe(1);
  });

  it('have what they send for others in the audit, by number', async () => {
    const { url, told } = await start({ sender: { maySpeakFor: (id) => id === 'CP-1' } });
    const client = await TestClient.open(`${url}/ingest`);
    client.send([ingest('a'), ingest('b', 'CP-2'), ingest('c', 'CP-3')]);
    client.send(ingest('d', 'CP-2'));
    await vi.waitFor(() => expect(client.received).toHaveLength(2), soon);
    expect(
      told.map(({ refusal: { action, actor, address, reason }, times }) => [
        action,
        actor,
        address,
        reason,
        times,
      ]),
    ).toEqual([
      ['ingest', 'depot (abc)', '127.0.0.1', 'forbidden_charge_point', 2],
      ['ingest', 'depot (abc)', '127.0.0.1', 'forbidden_charge_point', 1],
    ]);
  });

  it('have what is wrongly signed in the audit', async () => {
    const { url, told } = await start({
      sender: { openFrame: () => ({ ok: false, why: 'the signature is wrong' }) },
    });
    const client = await TestClient.open(`${url}/ingest`);
    client.send(ingest('a'));
    await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
    expect(told).toMatchObject([{ refusal: { action: 'ingest', reason: 'invalid_signature' }, times: 1 }]);
  });
});

describe('behind a proxy that is trusted', () => {
  it('each client is counted by its own address, and the proxy by none', async () => {
    const { port, metric } = await start({ proxies: PROXIES, options: { addressConnections: 1 } });
    const [one, other] = ['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 192.0.2.2'];
    const first = await knock(port, '/ocpp/CP-1', one);
    expect(first.status).toBe(101);
    expect((await knock(port, '/ocpp/CP-2', other)).status).toBe(101);
    expect((await knock(port, '/ocpp/CP-3', one)).status).toBe(429);
    expect(await metric('meterpulse_gateway_limited_total', { limit: 'address_connections' })).toBe(1);
    first.socket.destroy();
    await vi.waitFor(async () => expect((await knock(port, '/ocpp/CP-4', one)).status).toBe(101), soon);
  });

  it('a refusal names the client, and not what it made up', async () => {
    const { port, told } = await start({ proxies: PROXIES, perMinute: { address: 1 } });
    const made = 'X-Forwarded-For: 198.51.100.9, 192.0.2.7';
    expect((await knock(port, '/ingest', made)).status).toBe(101);
    expect((await knock(port, '/ingest', made)).status).toBe(429);
    expect(told).toMatchObject([{ refusal: { address: '192.0.2.7', reason: 'limited' } }]);
  });

  it('who is no proxy is taken at no word', async () => {
    const { port } = await start({ proxies: ['192.0.2.0/24'], options: { addressConnections: 1 } });
    expect((await knock(port, '/ocpp/CP-1', 'X-Forwarded-For: 192.0.2.1')).status).toBe(101);
    expect((await knock(port, '/ocpp/CP-2', 'X-Forwarded-For: 192.0.2.2')).status).toBe(429);
  });

  it('charge points are bound by no limit of handshakes a minute, however many share an address', async () => {
    const { port } = await start({ proxies: PROXIES, perMinute: { key: 1, site: 1, address: 1 } });
    for (const id of ['A', 'B', 'C']) {
      expect((await knock(port, `/ocpp/${id}`, 'X-Forwarded-For: 192.0.2.1')).status, id).toBe(101);
    }
  });
});
