import { MeterpulseError } from '../helpers/meterpulse-error.js';

/** Another owner has claimed these partitions, or their positions were reset: drop what is buffered and claim anew. */
export class OwnershipLostError extends MeterpulseError {
  readonly partitions: number[];

  constructor(partitions: readonly number[]) {
    super('OWNERSHIP_LOST', `another owner holds partition ${partitions.join(', ')}`);
    this.partitions = [...partitions];
  }
}
