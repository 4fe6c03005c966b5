import type { Logger } from 'pino';
import { messageOf } from './kafka-errors.js';
import { kafkaRefusalOf } from './kafka-refusals.js';

/** The same refusal is said again so often, ms: each publish and each probe meets it. */
const AGAIN_AFTER_MS = 30_000;

/** Says what brokers refuse, each refusal once in a while, with what to do about it: what waits for them would be silent. */
export class RefusalLog {
  readonly #said = new Map<string, number>();

  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  note(error: unknown): void {
    const refusal = kafkaRefusalOf(error);
    if (refusal === undefined) return;
    const { meaning, remedy } = refusal;
    const now = performance.now();
    if (now - (this.#said.get(meaning) ?? -Infinity) < AGAIN_AFTER_MS) return;
    this.#said.set(meaning, now);
    this.logger.error(
      { code: 'LOG_UNAVAILABLE', remedy },
      `Kafka does not let us in, ${meaning}: ${messageOf(error)}`,
    );
  }
}
