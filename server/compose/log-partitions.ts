import { Gauge } from 'prom-client';
import type { MessageLog } from '../broker/message-log.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import type { RoleContext } from './role-context.js';

/** Somebody adds partitions once in a year. */
const EVERY_MS = 60_000;

/** Says how many partitions the log has: what the workers own together must come to it, or somebody's readings wait. */
export function logPartitions(
  { logger, registry }: Pick<RoleContext, 'logger' | 'registry'>,
  log: Pick<MessageLog, 'partitionCount'>,
): Part {
  const gauge = new Gauge({
    name: 'meterpulse_log_partitions',
    help: 'Partitions of the log, as of the last minute that it answered in; 0 before the first. The same in every worker.',
    registers: [registry],
  });
  const look = async (): Promise<void> => gauge.set(await log.partitionCount());
  const onError = (error: unknown): void => {
    logger.debug({ err: error }, 'the log does not tell its partitions; asking again');
  };
  return {
    name: 'partitions of the log',
    run: (signal) => repeat(look, { everyMs: EVERY_MS, onError }, signal),
  };
}
