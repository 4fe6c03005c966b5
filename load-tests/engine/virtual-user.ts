import { ChargePoint } from './charge-point.js';
import { query } from './query.js';
import type { Run } from './run.js';
import type { Step } from './steps.js';
import { Subscriber } from './subscriber.js';
import { WIRES } from './wire.js';

/** Follows the steps of one scenario once: a charge point, a subscriber, or who asks the API. */
export class VirtualUser {
  #chargePoint: ChargePoint | null = null;
  #subscriber: Subscriber | null = null;

  constructor(private readonly run: Run) {}

  async follow(steps: readonly Step[]): Promise<void> {
    try {
      for (const step of steps) await this.#take(step);
    } finally {
      this.#subscriber?.leave();
      await this.#chargePoint?.leave(this.run.settings.drain * 1_000);
    }
  }

  async #take(step: Step): Promise<void> {
    const { hold, settings } = this.run;
    if ('connect' in step) {
      this.#chargePoint = new ChargePoint(this.run, WIRES[step.connect.protocol]);
      await this.#chargePoint.connect();
    } else if ('boot' in step) await this.#device().boot();
    else if ('readings' in step) {
      const every = step.readings.every ?? settings.every;
      await this.#device().measure(every * 1_000, hold.passed(step.readings.until));
    } else if ('drop' in step) await this.#device().drop(step.drop.within * 1_000);
    else if ('subscribe' in step) {
      const { chargePoints, slow } = step.subscribe;
      this.#subscriber = new Subscriber(this.run);
      await this.#subscriber.subscribe(chargePoints === 'all' ? null : chargePoints, slow);
    } else if ('stay' in step) await hold.passed(1);
    else if ('stall' in step) {
      const { every } = step.stall;
      if (this.#subscriber === null) throw new Error('a flow subscribes before it stalls');
      await this.#subscriber.stall(every === 'never' ? null : every * 1_000, hold.passed(1));
    } else await query(this.run, step.query.paths, step.query.every * 1_000, hold.passed(1));
  }

  #device(): ChargePoint {
    if (this.#chargePoint === null) throw new Error('a flow connects before it does anything else');
    return this.#chargePoint;
  }
}
