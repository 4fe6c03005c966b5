import type { WebSocket } from 'ws';
import { anyChargePoint } from './charge-point-names.js';
import { openSocket } from './open-socket.js';
import type { Run } from './run.js';

/** A frame of the feed is an array of these, of which a load test looks at little. */
interface Told {
  readonly type: string;
  readonly kind?: string;
  readonly timestamp?: string;
}

/** A socket of the live feed. */
export class Subscriber {
  #socket: WebSocket | null = null;
  #leaving = false;
  #live = false;

  constructor(private readonly run: Run) {}

  /**
   * @param chargePoints so many of the fleet, chosen at random, without the snapshot; null: all of them.
   * @param slow the server may cut it off.
   */
  async subscribe(chargePoints: number | null, slow: boolean): Promise<void> {
    const { settings, recorder } = this.run;
    if (settings.liveUrl === null) throw new Error('this scenario needs a live feed');
    const socket = await openSocket(this.run, `${settings.liveUrl}/live`, [], null);
    this.#socket = socket;
    socket.on('message', (data) => this.#hear((data as Buffer).toString()));
    socket.once('close', (code) => {
      if (this.#leaving) return;
      this.#socket = null;
      recorder.count(slow ? 'slow.closed' : 'sockets.lost');
      if (!slow) recorder.error(`subscriber lost: ${code}`);
    });
    const filter = {
      kinds: ['reading'],
      ...(chargePoints === null ? {} : { chargePointIds: this.#choose(chargePoints) }),
    };
    socket.send(JSON.stringify({ type: 'SUBSCRIBE', id: 's', filter, snapshot: false }));
  }

  /** Takes nothing for so long, then what has gathered, and so on until `end`; null: takes nothing at all. */
  async stall(everyMs: number | null, end: Promise<void>): Promise<void> {
    this.#socket?.pause();
    const timer =
      everyMs === null
        ? undefined
        : setInterval(() => {
            this.#socket?.resume();
            setImmediate(() => this.#socket?.pause());
          }, everyMs);
    await end;
    clearInterval(timer);
  }

  leave(): void {
    this.#leaving = true;
    if (this.#socket === null) return;
    this.run.recorder.count('sockets.closed');
    this.#socket.terminate();
  }

  #hear(text: string): void {
    const { recorder } = this.run;
    const now = Date.now();
    const messages = JSON.parse(text) as readonly Told[];
    recorder.count('live.messages', messages.length);
    for (const { type, kind, timestamp } of messages) {
      if (type === 'INSERT' && kind === 'reading' && timestamp !== undefined && this.#live)
        recorder.time('live.delay', Math.max(0, now - Date.parse(timestamp)));
      else if (type === 'STATUS') this.#live = true;
      else if (type === 'LAGGING' || type === 'RESYNC') recorder.count('live.lagging');
      else if (type === 'ERROR') {
        recorder.count('live.errors');
        recorder.error(`live feed: ${text.slice(0, 100)}`);
      }
    }
  }

  #choose(count: number): string[] {
    return [...new Set(Array.from({ length: count }, () => anyChargePoint(this.run.settings)))];
  }
}
