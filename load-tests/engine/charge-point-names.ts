import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './settings.js';

/** Ids of a load test's charge points begin so. */
export const PREFIX = 'LOAD-';

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
 * Names of the charge points of a process, from 0 and without a gap: each has a password that was made before. Artillery's threads
 * know nothing of each other: a file says that a number is taken.
 */
export class ChargePointNames {
  #number = -1;

  constructor(private readonly settings: Pick<Settings, 'directory' | 'part' | 'prefix'>) {}

  next(): string {
    do this.#number++;
    while (!this.#take(this.#number));
    return chargePointName(this.settings, this.settings.part, this.#number);
  }

  #take(number: number): boolean {
    try {
      closeSync(
        openSync(join(this.settings.directory, `${this.settings.part}.charge-point-${number}`), 'wx'),
      );
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
}
