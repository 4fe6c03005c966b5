import { describe, expect, it } from 'vitest';
import { FakeLivePlatform } from '../../tests/harness/fake-live-platform.js';
import { initial, inserted, lagging, live, refused, resync } from '../../tests/harness/live-messages.js';
import { assembleLiveClient } from './assemble-live-client.js';
import type { LiveClient, LiveClientOptions } from './live-client.js';
import type { SubscribeOptions, Subscription } from './subscription.js';

interface Scene {
  readonly platform: FakeLivePlatform;
  readonly client: LiveClient;
}

function scene(options: LiveClientOptions = {}): Scene {
  const platform = new FakeLivePlatform();
  return { platform, client: assembleLiveClient({ liveUrl: 'ws://host/live', ...options }, platform) };
}

/** Connected, with one subscription that is live as of 5. */
function liveScene(options: SubscribeOptions<boolean> = {}): Scene & {
  readonly subscription: Subscription<boolean>;
  readonly heard: unknown[];
} {
  const { platform, client } = scene();
  const subscription = client.subscribe<boolean>(options);
  const heard = hear(subscription);
  void client.connect();
  platform.socket.accept();
  platform.socket.say(initial('s1', '5'), live('s1', '5'));
  heard.length = 0;
  return { platform, client, subscription, heard };
}

/** What its handlers get: names with the change ids. */
function hear(to: Subscription<boolean> | LiveClient): unknown[] {
  const heard: unknown[] = [];
  for (const name of ['insert', 'update', 'delete', 'initial', 'lagging', 'fleet'] as const)
    to.on(name, (event) => heard.push([name, 'changeId' in event ? event.changeId : null]));
  to.on('resync', ({ reason }) => heard.push(['resync', reason]));
  to.on('error', ({ code }) => heard.push(['error', code]));
  return heard;
}

describe('connecting', () => {
  it('happens when it is asked for, and not before', () => {
    const { platform, client } = scene();
    expect(platform.sockets).toEqual([]);
    expect(client.getStatus()).toMatchObject({ state: 'idle', attempts: 0, lastChangeId: null });
    void client.connect();
    void client.connect();
    expect(platform.sockets.map(({ url }) => url)).toEqual(['ws://host/live']);
    expect(client.getStatus().state).toBe('connecting');
  });

  it('resolves when the connection is open, and once more when it already is', async () => {
    const { platform, client } = scene();
    const opened = client.connect();
    platform.socket.accept();
    await expect(opened).resolves.toMatchObject({ state: 'live', attempts: 0 });
    await expect(client.connect()).resolves.toMatchObject({ state: 'live' });
  });

  it('resolves, and never rejects, when the client is closed instead', async () => {
    const { client } = scene();
    const opened = client.connect();
    client.close();
    await expect(opened).resolves.toMatchObject({ state: 'closed' });
    await expect(client.connect()).resolves.toMatchObject({ state: 'closed' });
  });

  it('init waits until all that was subscribed to is live or refused', async () => {
    const { platform, client } = scene();
    client.subscribe();
    client.subscribe();
    let isDone = false;
    const done = client.init().then(() => (isDone = true));
    platform.socket.accept();
    platform.socket.say(initial('s1', '5'), live('s1', '5'));
    await Promise.resolve();
    expect(isDone).toBe(false);
    platform.socket.say(refused('s2', 'too-many-subscriptions'));
    await done;
    expect(client.getStatus().subscriptions.map(({ state }) => state)).toEqual(['live', 'refused']);
  });

  it('is tried again after waits of full jitter that grow up to the cap', () => {
    const { platform, client } = scene({ backoff: { baseMs: 1_000, capMs: 5_000 } });
    platform.chance = 0.999_999;
    const waits: number[] = [];
    void client.connect();
    for (let attempt = 0; attempt < 6; attempt++) {
      platform.socket.drop();
      const { nextAttemptAt, attempts, state } = client.getStatus();
      expect([attempts, state]).toEqual([attempt + 1, 'reconnecting']);
      const waitMs = (nextAttemptAt?.getTime() ?? 0) - platform.now();
      waits.push(waitMs);
      const before = platform.sockets.length;
      platform.clock.pass(waitMs - 1);
      expect(platform.sockets.length).toBe(before);
      platform.clock.pass(1);
      expect(platform.sockets.length).toBe(before + 1);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  });

  it('may be tried again at once, as chance has it', () => {
    const { platform, client } = scene();
    platform.chance = 0;
    void client.connect();
    platform.socket.drop();
    platform.clock.pass(0);
    expect(platform.sockets.length).toBe(2);
  });

  it('counts a connection that lasted, or a server that restarts, as a new beginning', () => {
    const { platform, client } = scene();
    platform.chance = 0.999_999;
    void client.connect();
    const waitAfter = (drop: () => void): number => {
      drop();
      const waitMs = (client.getStatus().nextAttemptAt?.getTime() ?? 0) - platform.now();
      platform.clock.pass(waitMs);
      return waitMs;
    };
    expect(waitAfter(() => platform.socket.drop())).toBe(1_000);
    expect(waitAfter(() => platform.socket.drop())).toBe(2_000);
    platform.socket.accept();
    expect(waitAfter(() => platform.socket.drop())).toBe(4_000);
    platform.socket.accept();
    platform.clock.pass(10_000);
    expect(waitAfter(() => platform.socket.drop())).toBe(1_000);
    expect(waitAfter(() => platform.socket.drop())).toBe(2_000);
    platform.socket.accept();
    expect(waitAfter(() => platform.socket.drop(1012, 'restart'))).toBe(1_000);
  });

  it('gives up a handshake that takes too long', () => {
    const { platform, client } = scene();
    void client.connect();
    const { socket } = platform;
    platform.clock.pass(15_000);
    expect(socket.closed).not.toBeNull();
    expect(client.getStatus().state).toBe('reconnecting');
    // Late: it is another's turn.
    socket.accept();
    expect(client.getStatus().state).toBe('reconnecting');
  });

  it('is hurried when the network comes back', () => {
    const { platform, client } = scene();
    platform.chance = 0.999_999;
    void client.connect();
    for (let attempt = 0; attempt < 5; attempt++) {
      platform.socket.drop();
      if (attempt < 4) platform.clock.pass(30_000);
    }
    const before = platform.sockets.length;
    platform.comeOnline();
    platform.clock.pass(1_000);
    expect(platform.sockets.length).toBe(before + 1);
  });

  it('outlives a runtime that throws instead of connecting', () => {
    const { platform, client } = scene({
      webSocket: function () {
        throw new Error('a page that came by https may not');
      } as never,
    });
    void client.connect();
    expect(client.getStatus()).toMatchObject({
      state: 'reconnecting',
      lastClose: { code: 1006, reason: 'a page that came by https may not' },
    });
    platform.clock.pass(120_000);
    expect(client.getStatus().attempts).toBeGreaterThan(4);
  });

  it('carries the token as a subprotocol that every handshake can hold', () => {
    const { platform, client } = scene({ token: 'päss?>/+' });
    void client.connect();
    const [name, bearer = ''] = platform.socket.protocols;
    expect(name).toBe('meterpulse');
    expect(bearer).toMatch(/^bearer\.[\w-]+$/);
    expect(Buffer.from(bearer.slice('bearer.'.length), 'base64url').toString()).toBe('päss?>/+');
  });
});

describe('liveness', () => {
  it('asks a server that is silent, and connects anew when it stays so', () => {
    const { platform, client } = liveScene();
    const { socket } = platform;
    platform.clock.pass(29_999);
    expect(socket.messages.length).toBe(1);
    platform.clock.pass(1);
    expect(socket.messages.at(-1)).toMatchObject({ type: 'UNSUBSCRIBE' });
    platform.clock.pass(10_000);
    expect(socket.closed).not.toBeNull();
    expect(client.getStatus().state).toBe('reconnecting');
  });

  it('is content with any answer, and asks again after the next silence', () => {
    const { platform, client, heard } = liveScene();
    for (let round = 0; round < 3; round++) {
      platform.clock.pass(30_000);
      platform.socket.say(refused('probe', 'unknown-subscription'));
      platform.clock.pass(10_000);
      platform.clock.pass(20_000);
      platform.socket.say(refused('probe', 'unknown-subscription'));
    }
    expect(client.getStatus().state).toBe('live');
    expect(platform.sockets.length).toBe(1);
    expect(heard).toEqual([]);
  });

  it('asks nothing while messages come', () => {
    const { platform } = liveScene();
    for (let second = 0; second < 90; second += 10) {
      platform.clock.pass(10_000);
      platform.socket.say(inserted('s1', `${second + 6}.0`));
    }
    expect(platform.socket.messages.length).toBe(1);
  });

  it('asks at once when the network was away', () => {
    const { platform } = liveScene();
    const { socket } = platform;
    platform.comeOnline();
    platform.clock.pass(10_000);
    expect(socket.closed).not.toBeNull();
  });
});

describe('a subscription', () => {
  it('asks for what it was made for, whether made before or after connecting', () => {
    const { platform, client } = scene();
    client.subscribe({ filter: { sites: ['Depot'], kinds: ['reading'] }, changedOnly: true });
    void client.connect();
    expect(platform.socket.sent).toEqual([]);
    platform.socket.accept();
    client.subscribe({ snapshot: false, changeId: '7.3' });
    expect(platform.socket.messages).toEqual([
      {
        type: 'SUBSCRIBE',
        id: 's1',
        filter: { sites: ['Depot'], kinds: ['reading'] },
        snapshot: true,
        changedOnly: true,
      },
      { type: 'SUBSCRIBE', id: 's2', filter: {}, changeId: '7.3', snapshot: false, changedOnly: false },
    ]);
  });

  it('is told of the initial data, then of each change, by handlers of its own and of the client', () => {
    const { platform, client } = scene();
    const subscription = client.subscribe();
    const heard = hear(subscription);
    const heardByClient = hear(client);
    const states: string[] = [];
    subscription.on('status', ({ state }) => states.push(state));
    void client.connect();
    platform.socket.accept();
    platform.socket.say(initial('s1', '5', [], false), initial('s1', '5'), live('s1', '5'));
    platform.socket.say(inserted('s1', '6.0'), inserted('s1', '6.1'));
    expect(heard).toEqual([
      ['initial', '5'],
      ['initial', '5'],
      ['insert', '6.0'],
      ['insert', '6.1'],
    ]);
    expect(heardByClient).toEqual(heard);
    expect(states).toEqual(['starting', 'live']);
    expect(subscription.getStatus()).toEqual({ id: 's1', state: 'live', changeId: '6.1' });
    expect(client.getStatus().lastChangeId).toBe('6.1');
  });

  it('hears the events of a frame together as well, after each by itself', () => {
    const { platform, subscription } = liveScene();
    const told: string[] = [];
    subscription.on('insert', ({ changeId }) => told.push(changeId));
    subscription.on('batch', (events) => told.push(`batch of ${events.length}`));
    platform.socket.say(inserted('s1', '6.0'), inserted('s1', '6.1'));
    platform.socket.say(live('s1', '7'));
    expect(told).toEqual(['6.0', '6.1', 'batch of 2']);
  });

  it('goes on after what it heard last when the connection is lost', () => {
    const { platform, heard } = liveScene();
    platform.socket.say(inserted('s1', '6.0'), inserted('s1', '6.1'));
    platform.socket.drop();
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(platform.socket.messages).toEqual([expect.objectContaining({ id: 's1', changeId: '6.1' })]);
    platform.socket.say(inserted('s1', '6.2'), inserted('s1', '9.0'), live('s1', '9'));
    expect(heard).toEqual(['6.0', '6.1', '6.2', '9.0'].map((changeId) => ['insert', changeId]));
  });

  it('goes on after the place that a status named when nothing was for it', () => {
    const { platform } = liveScene();
    platform.socket.say(live('s1', '900'));
    platform.socket.drop();
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(platform.socket.messages[0]).toMatchObject({ changeId: '900' });
  });

  it('hears what is repeated once', () => {
    const { platform, heard } = liveScene();
    const changes = ['5.0', '6.0', '6.0', '5.9', '6', '10.0', '9.0', '10.1'];
    platform.socket.say(...changes.map((changeId) => inserted('s1', changeId)));
    expect(heard).toEqual(['6.0', '6', '10.0', '10.1'].map((changeId) => ['insert', changeId]));
  });

  it('begins anew, and says so, when the initial data was interrupted', () => {
    const { platform, client } = scene();
    const heard = hear(client.subscribe());
    void client.connect();
    platform.socket.accept();
    platform.socket.say(initial('s1', '5', [], false));
    platform.socket.drop();
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(platform.socket.messages[0]).not.toHaveProperty('changeId');
    platform.socket.say(initial('s1', '8'), live('s1', '8'));
    expect(heard).toEqual([
      ['initial', '5'],
      ['resync', 'interrupted'],
      ['initial', '8'],
    ]);
  });

  it('begins anew at a resync, even when the feed counts from the beginning again', () => {
    const { platform, heard, subscription } = liveScene();
    platform.socket.say(inserted('s1', '6.0'));
    platform.socket.drop();
    platform.clock.pass(1_000);
    platform.socket.accept();
    platform.socket.say(resync('s1', 'unknown'), initial('s1', '2'), live('s1', '2'), inserted('s1', '3.0'));
    expect(heard).toEqual([
      ['insert', '6.0'],
      ['resync', 'unknown'],
      ['initial', '2'],
      ['insert', '3.0'],
    ]);
    expect(subscription.getStatus().changeId).toBe('3.0');
  });

  it('goes on from now at a resync when it wants no snapshot', () => {
    const { platform, client } = scene();
    const heard = hear(client.subscribe({ snapshot: false, changeId: '1' }));
    void client.connect();
    platform.socket.accept();
    platform.socket.say(resync('s1'), inserted('s1', '40.0'), live('s1', '40'));
    expect(heard).toEqual([
      ['resync', 'expired'],
      ['insert', '40.0'],
    ]);
  });

  it('tells that changes were left out, and goes on after the last one that it heard', () => {
    const { platform, heard } = liveScene();
    platform.socket.say(lagging('s1', '5'), inserted('s1', '60.0'));
    expect(heard).toEqual([
      ['lagging', '5'],
      ['insert', '60.0'],
    ]);
    platform.socket.drop();
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(platform.socket.messages[0]).toMatchObject({ changeId: '60.0' });
  });

  it('ends when told to, and hears nothing that is still on its way', () => {
    const { platform, client, subscription, heard } = liveScene();
    subscription.on('insert', () => subscription.unsubscribe());
    const batches: number[] = [];
    subscription.on('batch', (events) => batches.push(events.length));
    platform.socket.say(inserted('s1', '6.0'), inserted('s1', '6.1'));
    platform.socket.say(inserted('s1', '6.2'));
    subscription.unsubscribe();
    expect(heard).toEqual([['insert', '6.0']]);
    expect(batches).toEqual([]);
    expect(platform.socket.messages.slice(1)).toEqual([{ type: 'UNSUBSCRIBE', id: 's1' }]);
    expect(subscription.getStatus().state).toBe('ended');
    expect(client.getStatus().subscriptions).toEqual([]);
    platform.socket.drop();
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(platform.socket.sent).toEqual([]);
  });

  it('that is refused says why, and is not asked for again', () => {
    const { platform, client, subscription, heard } = liveScene();
    client.subscribe();
    platform.socket.say(refused('s2', 'malformed', '/filter/sites'), refused('s1', 'too-many-subscriptions'));
    expect(heard).toEqual([['error', 'too-many-subscriptions']]);
    expect(subscription.getStatus().state).toBe('refused');
    platform.socket.drop();
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(platform.socket.sent).toEqual([]);
    expect(client.getStatus().subscriptions.map(({ state }) => state)).toEqual(['refused', 'refused']);
  });

  it('that could not be served for now is told so, and waits for the server to go on by itself', () => {
    const { platform, client } = scene();
    const subscription = client.subscribe();
    const heard = hear(subscription);
    void client.connect();
    platform.socket.accept();
    platform.socket.say(refused('s1', 'unavailable'));
    expect(subscription.getStatus().state).toBe('starting');
    platform.clock.pass(20_000);
    expect(platform.socket.messages.length).toBe(1);
    platform.socket.say(initial('s1', '5'), live('s1', '5'));
    expect(heard).toEqual([
      ['error', 'unavailable'],
      ['initial', '5'],
    ]);
  });

  it('to what a server does not have is refused', () => {
    const { platform, subscription, heard } = liveScene();
    platform.socket.say(refused('s1', 'unavailable', '/filter/kinds'));
    expect(heard).toEqual([['error', 'unavailable']]);
    expect(subscription.getStatus().state).toBe('refused');
  });

  it('may not go on after what is no change id', () => {
    const { client } = scene();
    expect(() => client.subscribe({ changeId: '5.x' })).toThrow('changeId: 5.x is none');
  });

  it('leaves handlers in peace that are taken off, and those whose neighbours throw', async () => {
    const { platform, subscription, heard } = liveScene();
    const uncaught: unknown[] = [];
    const catching = (error: unknown): unknown => uncaught.push(error);
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', catching);
    let calls = 0;
    const off = subscription.on('insert', () => {
      calls++;
      off();
      off();
      throw new Error('of the page');
    });
    const late: string[] = [];
    subscription.on('insert', ({ changeId }) => late.push(changeId));
    platform.socket.say(inserted('s1', '6.0'), inserted('s1', '6.1'));
    await new Promise((resolve) => setImmediate(resolve));
    process.removeListener('uncaughtException', catching);
    for (const other of others) process.on('uncaughtException', other);
    expect([calls, late.length, heard.length]).toEqual([1, 2, 2]);
    expect(uncaught).toEqual([new Error('of the page')]);
  });
});

describe('what a server may not say', () => {
  const reading = inserted('s1', '6.0').data;
  it.each([
    ['no JSON', 'INSERT'],
    ['no list', '{"type":"INSERT"}'],
    ['binary', new ArrayBuffer(8)],
    ['no object', '[1]'],
    ['null', '[null]'],
    ['a message without a type', '[{}]'],
    ['a change without its id', JSON.stringify([{ ...inserted('s1', '6.0'), changeId: undefined }])],
    ['a change id that is none', JSON.stringify([inserted('s1', '6.0; drop')])],
    [
      'a reading without a value',
      JSON.stringify([inserted('s1', '6.0', { ...reading, value: null as never })]),
    ],
    [
      'a reading without a place',
      JSON.stringify([inserted('s1', '6.0', { ...reading, evseId: '1' as never })]),
    ],
    ['initial data that nobody asked for', JSON.stringify([initial('s1', '6')])],
    ['initial data that is no list', JSON.stringify([{ ...initial('s1', '6'), data: {} }])],
    ['an update of nothing', JSON.stringify([{ ...inserted('s1', '6.0'), type: 'UPDATE' }])],
    ['an error without a reason', JSON.stringify([{ ...refused('s1', 'x'), error: null }])],
  ])('%s: is an error, and the next connection goes on after what was right', (_, frame) => {
    const { platform, client, heard } = liveScene();
    const { socket } = platform;
    client.on('error', ({ code }) => heard.push(code));
    socket.sayRaw(frame);
    expect(heard).toEqual(['malformed-frame']);
    expect(socket.closed).not.toBeNull();
    socket.sayRaw(JSON.stringify([inserted('s1', '7.0')]));
    platform.clock.pass(1_000);
    platform.socket.accept();
    expect(platform.socket.messages).toEqual([expect.objectContaining({ id: 's1', changeId: '5' })]);
  });

  it('changes before the initial data: is an error', () => {
    const { platform, client } = scene();
    const heard = hear(client.subscribe());
    void client.connect();
    platform.socket.accept();
    platform.socket.say(inserted('s1', '6.0'));
    expect(heard).toEqual([]);
    expect(client.getStatus().state).toBe('reconnecting');
  });

  it('of a frame that is broken midway, what stands before is heard', () => {
    const { platform, heard } = liveScene();
    platform.socket.say(inserted('s1', '6.0'), { type: 'INSERT', id: 's1' }, inserted('s1', '6.1'));
    expect(heard).toEqual([['insert', '6.0']]);
  });

  it('messages of a type that a later version has are passed over', () => {
    const { platform, client, heard } = liveScene();
    platform.socket.say(
      { type: 'TELEPATHY', id: 's1' },
      { type: 'constructor', id: 's1' },
      { type: '__proto__', id: 's1' },
      { ...live('s1', '6'), state: 'dreaming' },
      inserted('s1', '6.0'),
    );
    expect(heard).toEqual([['insert', '6.0']]);
    expect(client.getStatus().state).toBe('live');
  });

  it('messages of subscriptions that nobody made are passed over', () => {
    const { platform, client, heard } = liveScene();
    platform.socket.say(inserted('s7', '6.0'), initial('__proto__', '6'), refused('s9', 'unavailable'));
    expect(heard).toEqual([]);
    expect(client.getStatus().state).toBe('live');
  });

  it('errors about no subscription, and of codes that a later version has, are told', () => {
    const { platform, client, subscription } = liveScene();
    const codes: string[] = [];
    client.on('error', ({ code, message }) => codes.push(`${code}: ${message}`));
    platform.socket.say(refused(null, 'malformed'), refused('s1', 'constructor'));
    expect(codes).toEqual(['malformed: it is malformed', 'refused: it is constructor']);
    expect(subscription.getStatus().state).toBe('refused');
  });
});

describe('closing', () => {
  const states: readonly (readonly [string, (scene: Scene) => void])[] = [
    ['idle', () => undefined],
    ['connecting', ({ client }) => void client.connect()],
    [
      'live',
      ({ client, platform }) => {
        void client.connect();
        platform.socket.accept();
      },
    ],
    [
      'reconnecting',
      ({ client, platform }) => {
        void client.connect();
        platform.socket.drop();
      },
    ],
  ];

  it.each(states)('while %s: nothing happens any more', (state, reach) => {
    const made = scene();
    const { platform, client } = made;
    const subscription = client.subscribe();
    const heard = hear(subscription);
    reach(made);
    expect(client.getStatus().state).toBe(state);
    const told: string[] = [];
    client.on('status', (status) => told.push(status.state));
    client.close();
    client.close();
    const { socket } = platform.sockets.length > 0 ? platform : { socket: null };
    const count = platform.sockets.length;
    socket?.accept();
    socket?.say(initial('s1', '5'));
    socket?.drop();
    platform.comeOnline();
    platform.clock.pass(3_600_000);
    expect(platform.sockets.length).toBe(count);
    expect(platform.onlineListeners).toBe(0);
    expect([told, heard]).toEqual([['closed'], []]);
    expect(subscription.getStatus().state).toBe('ended');
    expect(() => client.subscribe()).toThrow('the client is closed');
  });

  it('in a handler ends the frame there', () => {
    const { platform, client, heard } = liveScene();
    client.on('insert', () => client.close());
    platform.socket.say(inserted('s1', '6.0'), inserted('s1', '6.1'));
    expect(heard).toEqual([['insert', '6.0']]);
    expect(platform.socket.closed).toEqual({ code: 1000, reason: 'the client is closed' });
  });

  it('in a handler of the status ends the attempts', () => {
    const { platform, client } = scene();
    client.on('status', ({ state }) => {
      if (state === 'reconnecting') client.close();
    });
    void client.connect();
    platform.socket.drop();
    platform.clock.pass(60_000);
    expect(platform.sockets.length).toBe(1);
    expect(client.getStatus().state).toBe('closed');
  });
});

describe('options', () => {
  it.each([
    ['http://host/live', 'ws://host/live'],
    ['https://host/live?x=1#part', 'wss://host/live?x=1'],
    ['wss://host:3002', 'wss://host:3002/'],
  ])('%s is taken for %s', (liveUrl, expected) => {
    const { platform, client } = scene({ liveUrl });
    void client.connect();
    expect(platform.socket.url).toBe(expected);
  });

  it.each([
    [{ liveUrl: 'host/live' }, 'liveUrl'],
    [{ liveUrl: 'ftp://host' }, 'liveUrl'],
    [{ apiUrl: 'ws://host' }, 'apiUrl'],
    [{ ingestUrl: 'nowhere' }, 'ingestUrl'],
  ])('%o is refused by name', (options, name) => {
    expect(() => scene(options)).toThrow(
      expect.objectContaining({ code: 'invalid-options', message: expect.stringContaining(name) as string }),
    );
  });

  it('without a WebSocket there is no client', () => {
    const platform = Object.assign(new FakeLivePlatform(), { webSocket: undefined });
    expect(() => assembleLiveClient({ liveUrl: 'ws://host' }, platform)).toThrow(
      expect.objectContaining({ code: 'no-web-socket', canRetry: false }),
    );
  });
});
