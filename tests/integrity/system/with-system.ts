import { kafkaBrokers } from '../../harness/kafka.js';
import { System, type SystemOptions } from './system.js';

/** The two message logs; Kafka is left out where there is no Java. */
export const LOGS: readonly { readonly log: string; readonly brokers: readonly string[] | null }[] = [
  ...(kafkaBrokers() === undefined ? [] : [{ log: 'Kafka', brokers: kafkaBrokers() ?? null }]),
  { log: 'the inbox', brokers: null },
];

/** Runs a test on a system of its own, and shows the logs of its processes when it fails. */
export async function withSystem(
  options: SystemOptions,
  test: (system: System) => Promise<void>,
): Promise<void> {
  const system = await System.start(options);
  try {
    await test(system);
  } catch (error) {
    console.error(system.report());
    throw error;
  } finally {
    await system.dispose();
  }
}
