import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { LogMessage } from '../../server/broker/message-log.js';

/** The publishing side of a message log in memory: what it does with a write is up to the test. */
export class ControlledLog {
  /** Durable, in the order it became so. */
  readonly messages: LogMessage[] = [];
  /** `confirm`: durable at once; `refuse`: LOG_UNAVAILABLE; `hold`: nothing, until {@link release}. */
  mode: 'confirm' | 'refuse' | 'hold' = 'confirm';
  private held: (() => void)[] = [];

  async publish(messages: readonly LogMessage[]): Promise<void> {
    if (this.mode === 'hold') await new Promise<void>((release) => this.held.push(release));
    if (this.mode === 'refuse') throw new MeterpulseError('LOG_UNAVAILABLE', 'the test says so');
    this.messages.push(...messages);
  }

  /** Writes that wait. */
  get waiting(): number {
    return this.held.length;
  }

  /** Ends the writes that wait by the mode that is set now. */
  release(mode: 'confirm' | 'refuse'): void {
    this.mode = mode;
    const { held } = this;
    this.held = [];
    for (const release of held) release();
  }
}
