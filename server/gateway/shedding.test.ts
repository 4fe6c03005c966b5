import { beforeEach, describe, expect, it } from 'vitest';
import { Shedding, type Sheddable, type SheddingOptions } from './shedding.js';
import type { Shed } from './metrics.js';

const KIB = 1024;
const OPTIONS: SheddingOptions = {
  pauseBytes: 1_000 * KIB,
  refuseBytes: 2_000 * KIB,
  maxConnections: 1_000,
  publishTimeoutMs: 10_000,
  loopDelayMarkMs: 200,
  overloadIdleMs: 60_000,
  heartbeatIntervalS: 300,
  heartbeatStretch: 3,
};

describe('Shedding', () => {
  let clock: number;
  let loopDelay: number;
  let logDelay: number;
  let counts: Record<Shed, number>;
  let connections: Set<FakeSocket>;
  let shedding: Shedding<FakeSocket>;

  /** Behaves as a connection does: has bytes in flight, and is paused after a frame when it is too greedy. */
  class FakeSocket implements Sheddable {
    greed = 0;
    messageAt = 0;
    busy = false;
    closed = false;
    send(bytes: number): void {
      if (this.greed === 0) shedding.countSender(1);
      this.greed += bytes;
      shedding.budget.add(bytes);
      if (shedding.throttles && shedding.isTooGreedy(this.greed)) shedding.paused.add(this);
    }
    confirm(): void {
      const { greed } = this;
      this.greed = 0;
      shedding.countSender(-1);
      shedding.budget.release(greed);
    }
    get paused(): boolean {
      return shedding.paused.has(this);
    }
    relieve(): void {
      shedding.paused.delete(this);
    }
    idle(): void {
      this.closed = true;
      connections.delete(this);
    }
  }

  function start(options: Partial<SheddingOptions> = {}): void {
    clock = loopDelay = logDelay = 0;
    counts = {
      heartbeat_stretched: 0,
      socket_paused: 0,
      connection_refused: 0,
      message_refused: 0,
      socket_closed: 0,
    };
    connections = new Set();
    const counter = (name: Shed) => ({ inc: (by = 1) => void (counts[name] += by) });
    shedding = new Shedding({
      options: { ...OPTIONS, ...options },
      connections,
      shed: {
        heartbeat_stretched: counter('heartbeat_stretched'),
        socket_paused: counter('socket_paused'),
        connection_refused: counter('connection_refused'),
        message_refused: counter('message_refused'),
        socket_closed: counter('socket_closed'),
      },
      loopDelayMs: () => loopDelay,
      logDelayMs: () => logDelay,
      now: () => clock,
      random: () => 0.5,
    });
  }
  beforeEach(() => start());

  function sockets(count: number): FakeSocket[] {
    const made = Array.from({ length: count }, () => new FakeSocket());
    for (const socket of made) connections.add(socket);
    return made;
  }

  it('stretches heartbeats of those that boot under load, before anything else is done', () => {
    const [one] = sockets(1);
    expect(shedding.heartbeatIntervalS()).toBe(300);
    one?.send(600 * KIB);
    shedding.sample();
    shedding.noteBoot();
    expect(shedding.level).toBe(1);
    expect(shedding.heartbeatIntervalS()).toBe(500);
    expect(counts).toMatchObject({ heartbeat_stretched: 1 });
    expect([one?.paused, shedding.turnsAway(), shedding.refusesMessages]).toEqual([false, false, false]);
  });

  it('leaves the greediest unread first and reads modest ones on, until nearly all is used', () => {
    const [greedy, ...modest] = sockets(101) as [FakeSocket, ...FakeSocket[]];
    for (const socket of modest) socket.send(KIB);
    for (let frame = 0; frame < 10; frame++) greedy.send(100 * KIB);
    expect(greedy.paused).toBe(true);
    for (const socket of modest) socket.send(KIB);
    expect(modest.filter(({ paused }) => paused)).toEqual([]);
    expect(shedding.refusesMessages).toBe(false);
    // The less is left, the less each may have.
    for (let round = 0; round < 20; round++) {
      for (const socket of modest) if (!socket.paused) socket.send(KIB);
    }
    expect(modest.every(({ paused }) => paused)).toBe(true);
    expect(shedding.budget.used).toBeLessThan(OPTIONS.refuseBytes);
  });

  it('reads all again when the log has confirmed', () => {
    const all = sockets(10);
    for (let frame = 0; frame < 30; frame++)
      for (const socket of all) if (!socket.paused) socket.send(10 * KIB);
    expect(shedding.paused.size).toBe(10);
    for (const socket of all) socket.confirm();
    expect(shedding.paused.size).toBe(0);
    shedding.sample();
    expect(shedding.level).toBe(0);
  });

  it('reads one again that has nothing in flight, although frames that have not ended hold memory', () => {
    const [one] = sockets(1) as [FakeSocket];
    one.send(1_100 * KIB);
    expect(one.paused).toBe(true);
    shedding.budget.setHeld(900 * KIB);
    one.confirm();
    shedding.sample();
    expect(one.paused).toBe(false);
  });

  it('refuses connections before it refuses messages, and both end', () => {
    const [one] = sockets(1) as [FakeSocket];
    one.send(1_501 * KIB);
    expect(shedding.turnsAway()).toBe(true);
    expect(shedding.refusesMessages).toBe(false);
    one.send(500 * KIB);
    expect(shedding.refusesMessages).toBe(true);
    one.confirm();
    expect([shedding.turnsAway(), shedding.refusesMessages]).toEqual([false, false]);
    expect(counts.connection_refused).toBe(1);
  });

  it('sheds for a late event loop too, and for a slow log the first two levels at most', () => {
    const levels = [199, 201, 501, 1_001, 2_001].map((ms) => {
      loopDelay = ms;
      shedding.sample();
      return shedding.level;
    });
    expect(levels).toEqual([0, 1, 2, 3, 4]);
    expect(shedding.refusesMessages).toBe(true);
    loopDelay = 0;
    logDelay = 1e6;
    shedding.sample();
    expect(shedding.level).toBe(2);
  });

  it('for a slow log leaves only sockets unread that have much more in flight than others', () => {
    const [greedy, ...modest] = sockets(50) as [FakeSocket, ...FakeSocket[]];
    logDelay = 6_000;
    shedding.sample();
    for (const socket of modest) socket.send(KIB);
    greedy.send(100 * KIB);
    expect([...shedding.paused]).toEqual([greedy]);
    greedy.confirm();
    shedding.sample();
    expect(shedding.paused.size).toBe(0);
  });

  it('does not look at the event loop where that is switched off', () => {
    start({ loopDelayMarkMs: 0 });
    loopDelay = 1e6;
    shedding.sample();
    expect(shedding.level).toBe(0);
  });

  describe('at the highest level for ten seconds', () => {
    function overloadFor(ms: number): void {
      loopDelay = 5_000;
      for (const end = clock + ms; clock < end; clock += 250) shedding.sample();
    }

    it('closes idle sockets, a hundredth of all a second, and none that sends or waits', () => {
      const all = sockets(1_000);
      clock = 100_000;
      for (const socket of all.slice(0, 100)) socket.messageAt = clock;
      for (const socket of all.slice(100, 200)) socket.busy = true;
      overloadFor(10_000);
      expect(counts.socket_closed).toBe(0);
      overloadFor(5_000);
      expect(counts.socket_closed).toBeGreaterThanOrEqual(40);
      expect(counts.socket_closed).toBeLessThanOrEqual(60);
      expect(all.slice(0, 200).some(({ closed }) => closed)).toBe(false);
    });

    it('closes nobody where that is switched off', () => {
      start({ overloadIdleMs: 0 });
      sockets(100);
      clock = 100_000;
      overloadFor(30_000);
      expect(shedding.level).toBe(5);
      expect(counts.socket_closed).toBe(0);
    });
  });
});
