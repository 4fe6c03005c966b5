import { seededRandom, type Random } from '../../../helpers/seeded-random.js';

/** A run's own source of chance: the same seed and run give the same run, whatever ran before it. */
export class Dice {
  private readonly random: Random;

  constructor(seed: number, run: number) {
    this.random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b));
  }

  /** 0 (inclusive) to `end` (exclusive). */
  below(end: number): number {
    return Math.floor(this.random() * end);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
