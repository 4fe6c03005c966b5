import { pause } from '../deadline.js';
import { kafkaErrorType } from './kafka-errors.js';

const SPREADING = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION'];
const LOOKS = 6;
const BETWEEN_LOOKS_MS = 500;

/**
 * Asks again for some seconds while the answer is that the topic doesn't exist, or has no leader: a broker that has just
 * started, or that has not yet heard of a new topic, says so too.
 */
export async function whileTopicSpreads<T>(question: () => Promise<T>): Promise<T> {
  for (let look = 1; ; look++) {
    try {
      return await question();
    } catch (error) {
      if (!SPREADING.includes(kafkaErrorType(error) ?? '') || look === LOOKS) throw error;
      await pause(BETWEEN_LOOKS_MS);
    }
  }
}
