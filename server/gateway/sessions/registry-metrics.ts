import { Counter, Gauge, type Registry } from 'prom-client';
import { countersBy, type CountersBy } from '../../observability/counters-by.js';

const WRITES = ['written', 'failed', 'dropped'] as const;
const UNMATCHED = ['late', 'unknown'] as const;

interface Counting {
  inc(count?: number): void;
}

export interface RegistryMetrics {
  readonly writes: CountersBy<(typeof WRITES)[number]>;
  readonly unmatchedReplies: CountersBy<(typeof UNMATCHED)[number]>;
  readonly replacedElsewhere: Counting;
  readonly commands: (end: string) => Counting;
  /** 1 while notifications are heard. */
  readonly listening: { set(value: number): void };
  readonly droppedEnds: Counting;
  /** Values that are read when they are asked for. */
  watch(gauges: Partial<Record<'backlog' | 'endsBacklog', () => number>>): void;
}

/** Of what a gateway process writes about its connections, and of the commands that it sends. */
export function createRegistryMetrics(registry: Registry): RegistryMetrics {
  const registers = [registry];
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `meterpulse_gateway_${name}`, help, labelNames, registers });
  const writes = counter(
    'connection_writes_total',
    'States of connections by what became of them: written to the database, failed (kept and tried again), or dropped because too many waited.',
    ['outcome'],
  );
  const unmatched = counter(
    'unmatched_replies_total',
    'Answers of charge points to no call that is outstanding: late ones, whose call had timed out, and unknown ones.',
    ['kind'],
  );
  const commands = counter(
    'commands_total',
    'Commands to charge points that ended in this process, by their end.',
    ['state'],
  );
  const read: Record<'backlog' | 'endsBacklog', () => number> = { backlog: () => 0, endsBacklog: () => 0 };
  const gauge = (name: string, help: string, value?: () => number): Gauge =>
    new Gauge({
      name: `meterpulse_gateway_${name}`,
      help,
      registers,
      ...(value === undefined
        ? {}
        : {
            collect() {
              this.set(value());
            },
          }),
    });
  gauge('connection_backlog', 'Charge points whose connection has changed since the database was told.', () =>
    read.backlog(),
  );
  gauge('command_backlog', 'Commands that ended and whose end the database has not taken yet.', () =>
    read.endsBacklog(),
  );
  return {
    writes: countersBy(WRITES, (outcome) => writes.labels({ outcome })),
    unmatchedReplies: countersBy(UNMATCHED, (kind) => unmatched.labels({ kind })),
    replacedElsewhere: counter(
      'replaced_elsewhere_total',
      'Sockets closed because the database knows a newer connection of their charge point in another process.',
    ),
    commands: (state) => commands.labels({ state }),
    listening: gauge(
      'command_listeners',
      'Gateway processes that hear of commands at once; the others look every second.',
    ),
    droppedEnds: counter(
      'command_ends_dropped_total',
      'Ends of commands that the database did not take in ten minutes, or of which too many waited.',
    ),
    watch: (gauges) => Object.assign(read, gauges),
  };
}
