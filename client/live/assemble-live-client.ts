import { ApiClient } from './api-client.js';
import type { RequestOptions } from './api-types.js';
import { Credentials } from './credentials.js';
import { Emitter } from './emitter.js';
import type { LiveClient, LiveClientOptions } from './live-client.js';
import { LiveConnection } from './live-connection.js';
import { LiveError } from './live-error.js';
import type { ClientEvents } from './live-events.js';
import type { LiveStatus } from './live-status.js';
import type { Platform } from './platform.js';
import { Pusher } from './pusher.js';
import type { SocketClass } from './socket-like.js';
import { httpUrl, socketUrl } from './urls.js';

const SETTLED: readonly string[] = ['live', 'refused', 'ended'];

/** Joins the parts of a client. */
export function assembleLiveClient(options: LiveClientOptions, platform: Platform): LiveClient {
  const { token, backoff = { baseMs: 1_000, capMs: 30_000 } } = options;
  const { answerTimeoutMs = 30_000, maxWaitingPushes = 10_000 } = options;
  const webSocket = options.webSocket ?? platform.webSocket;
  if (webSocket === undefined) throw new LiveError('no-web-socket', 'there is no WebSocket in this runtime');
  const { base } = platform;
  const events = new Emitter<ClientEvents>();
  const api = new ApiClient({
    url: httpUrl('apiUrl', options.apiUrl ?? (base === undefined ? undefined : '/'), base),
    token,
    platform,
    timeoutMs: answerTimeoutMs,
  });
  const { tickets = base !== undefined } = options;
  const credentials = new Credentials(token, tickets ? () => ticketOf(api) : null);
  const connection = new LiveConnection({
    url: socketUrl('liveUrl', options.liveUrl ?? '/live', base),
    credentials,
    webSocket,
    platform,
    backoff,
    events,
    onState: () => events.emit('status', getStatus()),
  });
  const pusher = new Pusher({
    url: options.ingestUrl === undefined ? undefined : socketUrl('ingestUrl', options.ingestUrl, base),
    webSocket: pushSocket(options, webSocket, platform),
    platform,
    backoff,
    credentials,
    answerTimeoutMs,
    maxWaiting: maxWaitingPushes,
    onError: (error) => events.emit('error', error),
  });

  const getStatus = (): LiveStatus => ({ ...connection.status(), pushes: pusher.status() });
  const connected = async (isReached: () => boolean): Promise<LiveStatus> => {
    if (connection.state === 'closed') return getStatus();
    await connection.connect(isReached);
    return getStatus();
  };
  const get = <Answer>(path: string, query?: object, how?: RequestOptions): Promise<Answer> =>
    api.get(path, query, how) as Promise<Answer>;
  const send: LiveClient['send'] = <Answer>(...[method, path, body, how]: Parameters<LiveClient['send']>) =>
    api.send(method, path, body, how ?? {}) as Promise<Answer>;
  const ofChargePoint = (id: string): string => `/v1/charge-points/${encodeURIComponent(id)}`;
  const ifVersion = (version: number | undefined): { headers?: Record<string, string> } =>
    version === undefined ? {} : { headers: { 'if-match': `"${version}"` } };

  return {
    connect: () => connected(() => connection.state === 'live'),
    init() {
      const all = connection.subscriptions();
      return connected(
        () => connection.state === 'live' && all.every(({ state }) => SETTLED.includes(state)),
      );
    },
    subscribe: (how = {}) => connection.subscribe(how),
    on: (name, handler) => events.on(name, handler),
    getStatus,
    push: async (readings, how) => pusher.push(Array.isArray(readings) ? readings : [readings as never], how),
    get,
    each: (...request) => api.each(...request) as never,
    send,
    chargePoints: (query, how) => get('/v1/charge-points', query, how),
    chargePoint: (id, how) => get(ofChargePoint(id), {}, how),
    latest: (id, how) => get(`${ofChargePoint(id)}/latest`, {}, how),
    readings: (query, how) => get('/v1/readings', query, how),
    aggregates: (query, how) => get('/v1/aggregates', query, how),
    energy: (query, how) => get('/v1/energy', query, how),
    transactions: (query, how) => get('/v1/transactions', query, how),
    stats: (how) => get('/v1/stats', {}, how),
    fleet: (how) => get('/v1/fleet', {}, how),
    changes: (query, how) => get('/v1/changes', query, how),
    create: (chargePoint, how) => send('POST', '/v1/charge-points', chargePoint, how),
    update: (id, patch, { version, ...how } = {}) =>
      send('PATCH', ofChargePoint(id), patch, { ...how, ...ifVersion(version) }),
    delete: (id, { version, ...how } = {}) =>
      send('DELETE', ofChargePoint(id), undefined, { ...how, ...ifVersion(version) }),
    close() {
      if (connection.state === 'closed') return;
      connection.close();
      pusher.close();
      api.close();
      events.emit('status', getStatus());
    },
  };
}

/** Throws `invalid-options` where frames should be signed and can't be. */
function pushSocket(
  { signingSecret: secret, webSocket: own }: LiveClientOptions,
  plain: SocketClass,
  { signingSocket }: Platform,
): SocketClass {
  if (secret === undefined) return plain;
  if (signingSocket === undefined || own !== undefined)
    throw new LiveError('invalid-options', 'signingSecret: frames are signed in Node, by its own WebSocket');
  if (secret.startsWith('ms_')) return signingSocket(secret);
  throw new LiveError('invalid-options', 'signingSecret: begins with ms_, as it came with the key');
}

async function ticketOf(api: ApiClient): Promise<string> {
  const answer = (await api.send('POST', '/v1/tickets', {}, {})) as { readonly ticket?: unknown } | undefined;
  if (typeof answer?.ticket === 'string') return answer.ticket;
  throw new LiveError('unexpected-answer', 'POST /v1/tickets gave no ticket');
}
