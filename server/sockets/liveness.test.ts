import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Liveness, type Watched } from './liveness.js';
import { Deadline, TimerWheel } from '../../helpers/timer-wheel.js';

const TICK = 20;
const INTERVAL = 30_000;

describe('Liveness', () => {
  let clock: number;
  let wheel: TimerWheel;
  let liveness: Liveness<FakeSocket>;

  class FakeSocket implements Watched {
    readonly visit = new Deadline(this);
    pingAt = 0;
    heardAt = 0;
    messageAt = 0;
    exempt = false;
    busy = false;
    readonly pings: number[] = [];
    expiredAt: number | null = null;
    idleAt: number | null = null;
    constructor(private readonly answers: boolean) {}
    due(): void {
      liveness.visit(this);
    }
    ping(): void {
      this.pings.push(clock);
      if (this.answers) this.heardAt = wheel.now;
    }
    expire(): void {
      this.expiredAt = clock;
    }
    idle(): void {
      this.idleAt = clock;
    }
  }

  function start(idleCloseMs = 0, pingIntervalMs = INTERVAL): void {
    clock = 0;
    wheel = new TimerWheel({ tickMs: TICK, now: () => clock });
    liveness = new Liveness(wheel, { pingIntervalMs, idleCloseMs });
  }
  beforeEach(() => start());

  function pass(ms: number, step = TICK): void {
    for (const end = clock + ms; clock < end;) {
      clock += Math.min(step, end - clock);
      wheel.advance();
    }
  }

  function watch(answers: boolean): FakeSocket {
    const socket = new FakeSocket(answers);
    liveness.add(socket);
    return socket;
  }

  it('pings a socket that answers once an interval and keeps it', () => {
    const socket = watch(true);
    pass(10 * INTERVAL);
    expect(socket.expiredAt).toBeNull();
    expect(socket.pings.length).toBeGreaterThanOrEqual(9);
    expect(socket.pings.length).toBeLessThanOrEqual(10);
    const gaps = socket.pings.slice(1).map((at, index) => at - (socket.pings[index] ?? 0));
    expect(gaps.every((gap) => Math.abs(gap - INTERVAL) <= TICK)).toBe(true);
  });

  it('ends a dead socket two intervals after it was last heard, whenever that was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 * INTERVAL }), fc.nat(INTERVAL), (lastHeard, connectedAt) => {
        start();
        pass(connectedAt, 100);
        const socket = watch(false);
        const heardUntil = clock + lastHeard;
        while (clock < heardUntil) {
          pass(Math.min(INTERVAL, heardUntil - clock), 100);
          socket.heardAt = wheel.now;
        }
        pass(2 * INTERVAL - 2 * TICK, 100);
        expect(socket.expiredAt).toBeNull();
        pass(4 * TICK);
        expect(socket.expiredAt).not.toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  it('does not judge a socket that is not read, and gives it the full time afterwards', () => {
    const socket = watch(false);
    socket.exempt = true;
    pass(10 * INTERVAL, 100);
    expect(socket.expiredAt).toBeNull();
    expect(socket.pings).toEqual([]);
    socket.exempt = false;
    socket.heardAt = wheel.now;
    pass(2 * INTERVAL - TICK, 100);
    expect(socket.expiredAt).toBeNull();
    pass(2 * TICK);
    expect(socket.expiredAt).not.toBeNull();
  });

  it('spreads pings evenly over the interval, in whatever bursts the sockets connected, and when many have left', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ sockets: fc.integer({ min: 1, max: 400 }), thenMs: fc.nat(10_000) }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.integer({ min: 1, max: 4 }),
        (bursts, leaveEvery) => {
          start();
          const sockets: FakeSocket[] = [];
          for (const { sockets: count, thenMs } of bursts) {
            for (let index = 0; index < count; index++) sockets.push(watch(true));
            pass(thenMs, 100);
          }
          const staying = sockets.filter((_, index) => index < 2 || index % leaveEvery === 0);
          for (const socket of sockets) if (!staying.includes(socket)) liveness.remove(socket);
          const from = clock;
          pass(INTERVAL);
          const perSecond = new Array<number>(30).fill(0);
          for (const at of staying.flatMap(({ pings }) => pings)) {
            const second = Math.floor((at - from - 1) / 1_000);
            if (second >= 0) perSecond[second] = (perSecond[second] ?? 0) + 1;
          }
          const even = staying.length / 30;
          expect(Math.max(...perSecond)).toBeLessThanOrEqual(2 * even + 3);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('sends the pings of 6,000 sockets that connect at once by a few a tick', () => {
    const sockets = Array.from({ length: 6_000 }, () => watch(true));
    pass(1.1 * INTERVAL);
    const perTick = new Map<number, number>();
    for (const [at = -1] of sockets.map(({ pings }) => pings)) perTick.set(at, (perTick.get(at) ?? 0) + 1);
    expect(perTick.has(-1)).toBe(false);
    // An even share is 4.
    expect(Math.max(...perTick.values())).toBeLessThanOrEqual(6);
  });

  it('keeps the pings spread after a late tick has gathered some', () => {
    const sockets = Array.from({ length: 1_500 }, () => watch(true));
    pass(INTERVAL);
    pass(100, 100);
    pass(INTERVAL);
    for (const socket of sockets) socket.pings.length = 0;
    const from = clock;
    pass(INTERVAL);
    const perSecond = new Array<number>(30).fill(0);
    for (const at of sockets.flatMap(({ pings }) => pings)) {
      const second = Math.min(29, Math.floor((at - from) / 1_000));
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(55);
  });

  it('forgets a removed socket', () => {
    const socket = watch(false);
    liveness.remove(socket);
    pass(10 * INTERVAL, 100);
    expect(socket.pings).toEqual([]);
    expect(socket.expiredAt).toBeNull();
  });

  it('works with intervals as short as a tick', () => {
    start(0, TICK);
    const socket = watch(true);
    pass(10 * TICK);
    expect(socket.pings.length).toBeGreaterThanOrEqual(9);
    expect(socket.expiredAt).toBeNull();
  });

  describe('with a bound on idleness', () => {
    const IDLE = 70_000;
    beforeEach(() => start(IDLE));

    it('tells a socket that it is idle at that moment, although it answers pings', () => {
      const socket = watch(true);
      pass(25_000);
      socket.messageAt = wheel.now;
      pass(IDLE - TICK);
      expect(socket.idleAt).toBeNull();
      pass(2 * TICK);
      expect(socket.idleAt).not.toBeNull();
      expect(socket.expiredAt).toBeNull();
    });

    it('does not call idle what waits for us or is not read', () => {
      const [waiting, paused] = [watch(true), watch(true)];
      waiting.busy = true;
      paused.exempt = true;
      pass(5 * IDLE, 100);
      expect([waiting.idleAt, paused.idleAt]).toEqual([null, null]);
      waiting.busy = paused.exempt = false;
      pass(IDLE + INTERVAL, 100);
      expect(waiting.idleAt).not.toBeNull();
      expect(paused.idleAt).not.toBeNull();
    });
  });
});
