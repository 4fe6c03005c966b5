import { describe, expect, it } from 'vitest';
import { FakeLivePlatform, FakeSocket } from '../../tests/harness/fake-live-platform.js';
import { assembleLiveClient } from './assemble-live-client.js';
import type { LiveClientOptions } from './live-client.js';
import type { LiveError } from './live-error.js';

const T0 = Date.UTC(2026, 2, 1);

function scene(options: LiveClientOptions = {}, answers: (() => Promise<Response>)[] = []) {
  const platform = new FakeLivePlatform();
  const requests: { readonly url: string; readonly authorization: string | null }[] = [];
  platform.answer = (url, { headers }) => {
    requests.push({ url, authorization: new Headers(headers).get('authorization') });
    return answers.shift()?.() ?? Promise.reject(new TypeError('no network'));
  };
  const client = assembleLiveClient(
    { liveUrl: 'ws://host/live', apiUrl: 'http://host', ingestUrl: 'ws://host/ingest', ...options },
    platform,
  );
  const errors: LiveError[] = [];
  client.on('error', (error) => errors.push(error));
  return { platform, client, requests, errors };
}

const gives = (ticket: string) => () => Promise.resolve(Response.json({ ticket }, { status: 201 }));
const refuses = (status: number) => () =>
  Promise.resolve(
    Response.json({ type: 'urn:x', title: 'x', status, detail: 'no', instance: '/' }, { status }),
  );

/** What a handshake shows. */
function shown({ protocols }: { readonly protocols: readonly string[] }): string {
  const [name, bearer = ''] = protocols;
  expect(name).toBe('meterpulse');
  return Buffer.from(bearer.slice('bearer.'.length), 'base64url').toString();
}

/** Until all that waits for nothing but promises has happened. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const session = (expiresInMs: number, renewableInMs: number) => ({
  type: 'SESSION',
  id: null,
  expiresAt: new Date(T0 + expiresInMs).toISOString(),
  renewableFrom: new Date(T0 + renewableInMs).toISOString(),
  timestamp: new Date(T0).toISOString(),
});

describe('a token', () => {
  it('that a function gives is asked for at each connection and request', async () => {
    const tokens = ['first', 'second', 'third'];
    const { platform, client, requests } = scene({ token: () => Promise.resolve(tokens.shift()) }, [
      () => Promise.resolve(Response.json({})),
    ]);
    void client.connect();
    await turn();
    expect(shown(platform.socket)).toBe('first');
    platform.socket.accept();
    platform.socket.drop();
    platform.clock.pass(1_000);
    await turn();
    expect(shown(platform.socket)).toBe('second');
    await client.get('/v1/stats');
    expect(requests[0]?.authorization).toBe('Bearer third');
  });

  it('that can not be had is told, and tried again', async () => {
    let isAway = true;
    const { platform, client, errors } = scene({
      token: () => {
        if (isAway) throw new Error('the store is locked');
        return 'good';
      },
    });
    void client.connect();
    await turn();
    expect(platform.sockets).toEqual([]);
    expect(errors.map(({ message }) => message)).toEqual([
      "the token can't be had: Error: the store is locked",
    ]);
    expect(client.getStatus()).toMatchObject({ state: 'reconnecting', attempts: 1 });
    isAway = false;
    platform.clock.pass(1_000);
    await turn();
    expect(shown(platform.socket)).toBe('good');
  });

  it.each([
    ['in a page', {}, {}, 'ms_secret'],
    [
      'by a WebSocket of somebody else',
      { signingSocket: () => FakeSocket },
      { webSocket: FakeSocket },
      'ms_secret',
    ],
    ['with what is no secret', { signingSocket: () => FakeSocket }, {}, 'secret'],
  ])('that signs is refused %s, and not repeated', (_, more, options, signingSecret) => {
    const make = () =>
      assembleLiveClient(
        { ...options, liveUrl: 'ws://host/live', signingSecret },
        Object.assign(new FakeLivePlatform(), more),
      );
    expect(make).toThrow(/^signingSecret: (frames are signed in Node|begins with ms_)/);
  });

  it('is shown to the gateway as well', async () => {
    const { platform, client } = scene({ token: 'mine' });
    void client.push({ chargePointId: 'CP-1', timestamp: new Date(T0), value: 1 });
    await turn();
    expect(platform.socket.url).toBe('ws://host/ingest');
    expect(shown(platform.socket)).toBe('mine');
    client.close();
  });
});

describe('a ticket', () => {
  it('is what sockets are shown in place of the token, another one each time', async () => {
    const { platform, client, requests } = scene({ token: 'secret', tickets: true }, [
      gives('t1'),
      gives('t2'),
    ]);
    void client.connect();
    await turn();
    expect(requests).toEqual([{ url: 'http://host/v1/tickets', authorization: 'Bearer secret' }]);
    expect(shown(platform.socket)).toBe('t1');
    platform.socket.accept();
    platform.socket.drop();
    platform.clock.pass(1_000);
    await turn();
    expect(shown(platform.socket)).toBe('t2');
    expect(JSON.stringify(platform.sockets)).not.toContain('secret');
  });

  it('is asked for by a page without being told so, and by nobody who has no token', async () => {
    const platform = new (class extends FakeLivePlatform {
      override readonly base = 'https://host/';
    })();
    const asked: string[] = [];
    platform.answer = (url) => {
      asked.push(url);
      return gives('t1')();
    };
    void assembleLiveClient({ token: 'secret' }, platform).connect();
    await turn();
    expect(asked).toEqual(['https://host/v1/tickets']);
    void assembleLiveClient({}, platform).connect();
    expect(platform.socket.protocols).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('that is refused is told with its status, and tried again later', async () => {
    const { platform, client, errors } = scene({ token: 'old', tickets: true }, [refuses(401), gives('t1')]);
    void client.connect();
    await turn();
    expect(errors).toMatchObject([{ code: 'refused', status: 401 }]);
    expect(platform.sockets).toEqual([]);
    platform.clock.pass(1_000);
    await turn();
    expect(shown(platform.socket)).toBe('t1');
  });

  it('that comes after its connection was given up opens none', async () => {
    let answer: (response: Response) => void = () => undefined;
    const late = () => new Promise<Response>((resolve) => (answer = resolve));
    const { platform, client } = scene({ token: 'secret', tickets: true }, [late, gives('t2')]);
    void client.connect();
    await turn();
    platform.clock.pass(15_000);
    expect(client.getStatus()).toMatchObject({ state: 'reconnecting', lastClose: { code: 1006 } });
    answer(await gives('t1')());
    await turn();
    platform.clock.pass(1_000);
    await turn();
    expect(platform.sockets.map(shown)).toEqual(['t2']);
  });

  it('that comes after close() opens none', async () => {
    let answer: (response: Response) => void = () => undefined;
    const late = () => new Promise<Response>((resolve) => (answer = resolve));
    const { platform, client, errors } = scene({ token: 'secret', tickets: true }, [late]);
    void client.connect();
    await turn();
    client.close();
    answer(await gives('t1')());
    await turn();
    platform.clock.pass(60_000);
    expect(platform.sockets).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe('a session that ends', () => {
  function connected(options: LiveClientOptions, answers: (() => Promise<Response>)[] = []) {
    const all = scene(options, answers);
    void all.client.connect();
    return all;
  }
  const renewals = (messages: readonly Record<string, unknown>[]) =>
    messages.filter(({ type }) => type === 'RENEW');

  it('is renewed within its window, not at the first moment of it, and by what is good then', async () => {
    let token = 'old';
    const { platform } = connected({ token: () => token });
    await turn();
    platform.socket.accept();
    platform.socket.say(session(20_000, 10_000));
    token = 'new';
    // Half of half the window: chance is 0.5.
    platform.clock.pass(12_499);
    await turn();
    expect(renewals(platform.socket.messages)).toEqual([]);
    platform.clock.pass(1);
    await turn();
    expect(renewals(platform.socket.messages)).toEqual([{ type: 'RENEW', token: 'new' }]);
  });

  it('is renewed by a ticket where the token is shown to the API alone', async () => {
    const { platform } = connected({ token: 'secret', tickets: true }, [gives('t1'), gives('t2')]);
    await turn();
    platform.socket.accept();
    platform.socket.say(session(60_000, 0));
    platform.clock.pass(15_000);
    await turn();
    expect(renewals(platform.socket.messages)).toEqual([{ type: 'RENEW', token: 't2' }]);
  });

  it('that a renewal did not put off is not renewed again and again', async () => {
    const { platform } = connected({ token: 'same' });
    await turn();
    platform.socket.accept();
    for (let round = 0; round < 5; round++) {
      platform.socket.say(session(60_000, 0));
      platform.clock.pass(30_000);
      await turn();
    }
    expect(renewals(platform.socket.messages)).toHaveLength(1);
  });

  it('is over with 4001: another connection comes within the first wait, after what was heard', async () => {
    const { platform, client } = connected({ token: 'good' });
    await turn();
    for (let failed = 0; failed < 5; failed++) {
      platform.socket.drop();
      platform.clock.pass(10_000);
      await turn();
    }
    platform.socket.accept();
    platform.socket.drop(4001, 'the session is over');
    expect(client.getStatus().lastClose).toMatchObject({ code: 4001 });
    const before = platform.sockets.length;
    platform.clock.pass(1_000);
    await turn();
    expect(platform.sockets).toHaveLength(before + 1);
  });

  it('that can not be renewed is told, and goes on to its end', async () => {
    const { platform, client, errors } = connected({ token: 'good' });
    await turn();
    platform.socket.accept();
    platform.socket.say({
      type: 'ERROR',
      id: null,
      error: { code: 'renewal-refused', message: 'not now' },
      timestamp: new Date(T0).toISOString(),
    });
    expect(errors).toMatchObject([{ code: 'renewal-refused', canRetry: false }]);
    expect(client.getStatus().state).toBe('live');
  });

  it.each<[string, object]>([
    ['no end', { expiresAt: undefined }],
    ['an end that is no time', { expiresAt: 'soon' }],
    ['an id', { id: 7 }],
  ])('is told by a frame that is refused with %s', async (_, change) => {
    const { platform, errors } = connected({ token: 'good' });
    await turn();
    platform.socket.accept();
    platform.socket.say({ ...session(60_000, 0), ...change });
    expect(errors.map(({ code }) => code)).toEqual(['malformed-frame']);
  });
});
