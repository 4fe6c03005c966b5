import { z } from 'zod';
import type { Random } from '../../helpers/seeded-random.js';
import type { Clock } from './clock.js';
import type { Answer } from './message.js';

/** When the server gives no interval of use, s. */
const DEFAULT_RETRY_S = 30;
const LONGEST_RETRY_S = 3_600;

export interface BootEvents {
  send(): void;
  /** `intervalS`: seconds between heartbeats. */
  accepted(intervalS: number): void;
  /** No answer came: the connection is no good. */
  silent(): void;
}

const answerSchema = z.object({ status: z.string(), interval: z.number().nonnegative().catch(0) });

/**
 * A device says who it is when it starts, and nothing else before the server accepted it: after Pending or Rejected it asks
 * again when the server says (OCPP 1.6, section 4.2), after an error a little later.
 */
export class Boot {
  #done = false;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly clock: Pick<Clock, 'after'>,
    private readonly random: Random,
    private readonly events: BootEvents,
  ) {}

  get done(): boolean {
    return this.#done;
  }

  /** There is a connection. */
  begin(): void {
    this.#cancel();
    this.events.send();
  }

  /** The connection is gone, or nobody wants it. */
  stop(): void {
    this.#cancel();
  }

  /** As after a reset. */
  again(): void {
    this.#done = false;
  }

  heard(action: string, { verdict, taken, payload }: Answer): void {
    if (action !== 'BootNotification') return;
    const boot = taken ? answerSchema.safeParse(payload).data : undefined;
    if (boot?.status === 'Accepted') {
      this.#done = true;
      this.events.accepted(boot.interval);
      return;
    }
    // One that was asked for changes nothing.
    if (this.#done) return;
    if (verdict === 'unanswered') {
      this.events.silent();
      return;
    }
    const interval = boot === undefined || boot.interval === 0 ? DEFAULT_RETRY_S : boot.interval;
    // So that a fleet that is told the same doesn't come in one moment.
    const waitMs = Math.min(interval, LONGEST_RETRY_S) * 1_000 * (1 + 0.1 * this.random());
    this.#cancel = this.clock.after(waitMs, () => this.events.send());
  }
}
