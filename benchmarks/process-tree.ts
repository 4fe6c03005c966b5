import { readFileSync } from 'node:fs';
import { descendantsOf } from './descendants.js';
import { TICKS_PER_SECOND, ticksOf } from './postgres-cpu.js';

/** Of a process and all that it started. */
export interface TreeUsage {
  readonly processes: number;
  /** Each process' resident memory; what several share is counted with each of them. */
  readonly residentBytes: number;
  /** Since they began, those included that have ended. */
  readonly cpuSeconds: number;
}

/** Throws when the process itself is gone. */
export function treeUsage(pid: number): TreeUsage {
  const usages = [pid, ...descendantsOf(pid)].map(usageOf);
  return {
    processes: usages.length,
    residentBytes: usages.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}

function usageOf(pid: number): Omit<TreeUsage, 'processes'> {
  const { own, ended } = ticksOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { residentBytes: Number(kilobytes) * 1_024, cpuSeconds: (own + ended) / TICKS_PER_SECOND };
}
