import type { LogMessage } from '../server/broker/message-log.js';
import { toRecord, workload } from './workload.js';

const SAMPLE_ROWS = 1_000;

/** Some thousand records as a gateway makes them, of all charge points. */
export function logContent(): LogMessage[] {
  return workload(SAMPLE_ROWS, Date.now()).measured.map((message, index) => toRecord(message, `m${index}`));
}
