import type { Random } from '../../helpers/seeded-random.js';
import type { OpenSocket } from '../transport/connection.js';
import type { Clock } from '../station/clock.js';
import type { Station } from '../station/station.js';

export interface NetworkFaults {
  /** Probability that a connection breaks right after a message left, before its answer. */
  readonly dropRate: number;
  /** ms between one trouble and the next, in the mean; Infinity: a good network. */
  readonly troubleEveryMs: number;
  /** ms that an outage lasts, in the mean. */
  readonly outageMs: number;
  /** `bad`: breaks, outages, and sockets on which nobody is heard any more; `outages`: long ones, and nothing else. */
  readonly kind: 'bad' | 'outages';
}

/** What stands between a station and its gateway. */
export class BadNetwork {
  #station: Station | null = null;
  #mute = false;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly faults: NetworkFaults,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Trouble comes from now on. */
  attach(station: Station): void {
    this.#station = station;
    this.#plan();
  }

  stop(): void {
    this.#cancel();
  }

  readonly around = (socket: OpenSocket): OpenSocket => {
    this.#mute = false;
    const send = (text: string): void => {
      if (this.#mute) return;
      socket.send(text);
      if (this.random() < this.faults.dropRate) this.clock.after(0, () => socket.terminate());
    };
    return {
      get closing() {
        return socket.closing;
      },
      send,
      close: () => socket.close(),
      terminate: () => socket.terminate(),
      pause: () => socket.pause(),
    };
  };

  #plan(): void {
    const { troubleEveryMs } = this.faults;
    if (!Number.isFinite(troubleEveryMs)) return;
    this.#cancel = this.clock.after(exponential(troubleEveryMs, this.random), () => this.#trouble());
  }

  #trouble(): void {
    const { kind, outageMs } = this.faults;
    const which = kind === 'outages' ? 1 : this.random();
    if (which < 0.5) this.#station?.lose();
    else if (which < 0.7) this.#goSilent();
    else {
      this.#station?.leave('cut');
      this.#cancel = this.clock.after(exponential(outageMs, this.random), () => {
        this.#station?.connect();
        this.#plan();
      });
      return;
    }
    this.#plan();
  }

  /** Half open: nothing gets through in either direction, and no side is told. */
  #goSilent(): void {
    this.#mute = true;
    this.#station?.hush();
  }
}

function exponential(mean: number, random: Random): number {
  return -Math.log(1 - random()) * mean;
}
