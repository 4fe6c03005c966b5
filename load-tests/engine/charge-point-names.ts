import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './settings.js';

const BLOCK = 100;

export function chargePointName({ prefix }: Pick<Settings, 'prefix'>, part: string, number: number): string {
  return `${prefix}${part}-${number}`;
}

/** Of the whole fleet, other processes' included. */
export function anyChargePoint({ prefix, fleet }: Pick<Settings, 'prefix' | 'fleet'>): string {
  const part = fleet[Math.floor(Math.random() * fleet.length)];
  if (part === undefined) throw new Error('there is no charge point to choose');
  return chargePointName({ prefix }, part.part, Math.floor(Math.random() * part.sockets));
}

/**
 * Names of the charge points of a process, dense from 0. Artillery's threads know nothing of each other: each takes blocks of
 * numbers, and a file says that one is taken.
 */
export class ChargePointNames {
  #block = -1;
  #next = BLOCK;

  constructor(private readonly settings: Settings) {}

  next(): string {
    if (this.#next === BLOCK) {
      do this.#block++;
      while (!this.#take(this.#block));
      this.#next = 0;
    }
    return chargePointName(this.settings, this.settings.part, this.#block * BLOCK + this.#next++);
  }

  #take(block: number): boolean {
    try {
      closeSync(openSync(join(this.settings.directory, `${this.settings.part}.block-${block}`), 'wx'));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
}
