import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Random } from '../../../helpers/seeded-random.js';
import { until } from '../until.js';

export interface TrafficOptions {
  readonly gatewayUrl: string;
  readonly chargePointIds: readonly string[];
  readonly random: Random;
  /** Called with how many messages are acknowledged, whenever there are more. */
  readonly onAcknowledged: (messages: number) => void;
}

const SOCKETS = 4;
const MESSAGES_A_FRAME = 8;
const PAUSE_MS = 60;
const SLOT_MS = 60_000;
const EPOCH_MS = Date.UTC(2026, 2, 10);

const MEASURANDS = [
  { measurand: 'Energy.Active.Import.Register', unit: 'Wh', scale: 1_000 },
  { measurand: 'Power.Active.Import', unit: 'W', scale: 11_000 },
  { measurand: 'SoC', unit: 'Percent', scale: 100 },
] as const;

/**
 * Charge points that send without end: a good part of it late, much of it what was sent before, some with another value than
 * before, greater and smaller, or told of another session.
 */
export class Traffic {
  acknowledged = 0;
  #slot = 0;
  #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: TrafficOptions) {}

  start(): void {
    this.#stop = new AbortController();
    this.#running = Promise.all(Array.from({ length: SOCKETS }, () => this.#send()));
    // Heard where it is awaited.
    this.#running.catch(() => undefined);
  }

  /** Resolves when this many messages are acknowledged in all. */
  async until(messages: number): Promise<void> {
    const reached = until(`${messages} messages are acknowledged`, () => this.acknowledged >= messages);
    await Promise.race([reached, this.#running]);
    await reached;
  }

  /** Resolves when what was sent is acknowledged, and nothing more is sent. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #send(): Promise<void> {
    const { gatewayUrl, random, onAcknowledged } = this.options;
    const socket = new WebSocket(`${gatewayUrl}/ingest`, { perMessageDeflate: false });
    try {
      await once(socket, 'open');
      for (let frame = 0; !this.#stop.signal.aborted; frame++) {
        const messages = Array.from({ length: MESSAGES_A_FRAME }, (_, index) => this.#message(frame, index));
        const answered = once(socket, 'message');
        socket.send(JSON.stringify(messages));
        const [data] = (await answered) as [Buffer];
        const answers = JSON.parse(data.toString()) as { status: string }[];
        if (answers.some(({ status }) => status !== 'accepted')) throw new Error(data.toString());
        this.acknowledged += answers.length;
        onAcknowledged(this.acknowledged);
        await delay(PAUSE_MS * (0.5 + random()));
      }
    } finally {
      socket.terminate();
    }
  }

  #message(frame: number, index: number) {
    const { random, chargePointIds } = this.options;
    const chargePoint = Math.floor(random() * chargePointIds.length);
    if (random() < 0.1) this.#slot += 1;
    // A third comes late, and nine in ten of those repeat what is there.
    const slot = random() < 0.3 ? Math.floor(random() * (this.#slot + 1)) : this.#slot;
    const connectorId = 1 + Math.floor(random() * 2);
    const session = random();
    return {
      id: `${frame}-${index}`,
      chargePointId: chargePointIds[chargePoint],
      payload: {
        connectorId,
        ...(session < 0.3 ? { transactionId: 1 + Math.floor(session * 10) } : {}),
        meterValue: [
          {
            timestamp: new Date(EPOCH_MS + slot * SLOT_MS).toISOString(),
            sampledValue: MEASURANDS.map(({ measurand, unit, scale }, nth) => ({
              value: String(this.#value(chargePoint * 7 + connectorId * 3 + nth + slot * 11, scale)),
              ...{ measurand, unit },
            })),
          },
        ],
      },
    };
  }

  /** The same for the same seed, mostly. */
  #value(seed: number, scale: number): number {
    const base = ((seed * 2_654_435_761) >>> 0) % scale;
    const draw = this.options.random();
    if (draw < 0.04) return base + 1 + Math.floor(draw * 100);
    return draw < 0.06 ? 0 : base;
  }
}
