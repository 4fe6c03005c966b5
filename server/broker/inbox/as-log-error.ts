import { MeterpulseError } from '../../../helpers/meterpulse-error.js';

/** The database's outage is the log's: LOG_UNAVAILABLE for DATABASE_UNAVAILABLE. */
export async function asLogError<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof MeterpulseError && error.code === 'DATABASE_UNAVAILABLE') {
      throw new MeterpulseError('LOG_UNAVAILABLE', error.message, { cause: error });
    }
    throw error;
  }
}
