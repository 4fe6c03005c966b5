import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Bytes, after a collection. */
export interface Heap {
  /** Resident memory of the process, its code and stacks included. */
  readonly rss: number;
  /** JavaScript objects that are alive. */
  readonly heapUsed: number;
  /** Memory outside of the heap that such objects hold, buffers included. */
  readonly external: number;
}

export interface ProbeOptions {
  /** For the sockets of the probes: a short path. */
  readonly directory: string;
  /** Without optimised code, which is on the heap as well: slower, and alike from one look to the next. */
  readonly plainCode: boolean;
}

/** Looks at a moment take in what was about to go. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 100;

/** Environment that lets {@link heapOf} ask a process, and those that it forks. */
export function probedBy({ directory, plainCode }: ProbeOptions): Readonly<Record<string, string>> {
  const probe = new URL('./heap-probe.mjs', import.meta.url);
  return {
    NODE_OPTIONS: `--import ${probe.href}`,
    HEAP_PROBE_DIRECTORY: directory,
    HEAP_PROBE_PLAIN_CODE: String(plainCode),
  };
}

/** What a process holds: the least of a few looks. */
export async function heapOf(directory: string, pid: number): Promise<Heap> {
  let least = await look(directory, pid);
  for (let again = 1; again < LOOKS; again++) {
    await delay(BETWEEN_LOOKS_MS);
    const heap = await look(directory, pid);
    if (heap.heapUsed < least.heapUsed) least = heap;
  }
  return least;
}

async function look(directory: string, pid: number): Promise<Heap> {
  const socket = connect(join(directory, `${pid}.sock`));
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk);
  return JSON.parse(text) as Heap;
}
