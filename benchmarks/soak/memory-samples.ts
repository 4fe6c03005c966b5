import { heapOf, type Heap } from '../../tests/harness/heap-of.js';
import { theilSen, type Slope } from '../theil-sen.js';

export interface Sample extends Heap {
  /** Since the load began. */
  readonly minutes: number;
}

export interface Growth {
  readonly role: string;
  /** All of them, the warm-up's included. */
  readonly samples: readonly Sample[];
  /** MB an hour, of what came after the warm-up. */
  readonly heap: Slope;
  readonly resident: Slope;
}

/** Memory of several processes over time. */
export class MemorySamples {
  private readonly samples = new Map<string, Sample[]>();

  /** @param pids by role. @param directory of the probes. */
  constructor(
    private readonly directory: string,
    private readonly pids: ReadonlyMap<string, number>,
  ) {}

  /** Rejects when one of them has ended: its successor would begin anew. */
  async take(minutes: number): Promise<void> {
    const taken = await Promise.all(
      [...this.pids].map(async ([role, pid]) => {
        const heap = await heapOf(this.directory, pid).catch((cause: unknown) => {
          throw new Error(`${role} (process ${pid}) no longer answers, at minute ${minutes.toFixed(1)}`, {
            cause,
          });
        });
        return [role, { minutes, ...heap }] as const;
      }),
    );
    for (const [role, sample] of taken) this.samples.set(role, [...(this.samples.get(role) ?? []), sample]);
  }

  /** @param fromMinutes when the warm-up is over. */
  growth(fromMinutes: number): Growth[] {
    return [...this.samples].map(([role, samples]) => {
      const counted = samples.filter(({ minutes }) => minutes >= fromMinutes);
      if (counted.length < 3)
        throw new Error(
          `${counted.length} samples after a warm-up of ${fromMinutes.toFixed(1)} minutes, and a slope needs three: ` +
            'the machine is too busy for so short a soak, --minutes makes it longer',
        );
      const slope = (of: (sample: Sample) => number): Slope =>
        theilSen(counted.map((sample) => [sample.minutes / 60, of(sample) / 1e6]));
      return {
        role,
        samples,
        heap: slope(({ heapUsed, external }) => heapUsed + external),
        resident: slope(({ rss }) => rss),
      };
    });
  }
}
