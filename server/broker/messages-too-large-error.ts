import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** LOG_MESSAGE_TOO_LARGE, naming which: all other messages of the call are durable. */
export class MessagesTooLargeError extends MeterpulseError {
  /** Positions in the array that was given to `publish`. */
  readonly indexes: readonly number[];

  constructor(indexes: readonly number[], maxBytes: number) {
    super(
      'LOG_MESSAGE_TOO_LARGE',
      `${indexes.length} message(s) exceed the ${maxBytes} bytes that the log takes`,
    );
    this.indexes = indexes;
  }
}
