import { readdirSync, readFileSync } from 'node:fs';

/** Of every Linux there is. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

export interface TreeUsage {
  /** Of the processes that live, since each began. */
  readonly cpuSeconds: number;
  /** Resident and nobody else's: what is shared, as PostgreSQL's buffers and the program's text are, is left out. */
  readonly memoryBytes: number;
}

interface Entry {
  readonly parent: number;
  readonly ticks: number;
}

/** What processes use together with all their descendants, by /proc. null: there is no /proc here. */
export function treeUsage(
  roots: Readonly<Record<string, readonly number[]>>,
): Record<string, TreeUsage> | null {
  const processes = processTable();
  if (processes === null) return null;
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of processes) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const within = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(within)];
  const usage = (pids: readonly number[]): TreeUsage => {
    const tree = [...new Set(pids.flatMap(within))];
    const ticks = tree.reduce((sum, pid) => sum + (processes.get(pid)?.ticks ?? 0), 0);
    const memoryBytes = tree.reduce((sum, pid) => sum + privateBytes(pid), 0);
    return { cpuSeconds: ticks / TICKS_PER_SECOND, memoryBytes };
  };
  return Object.fromEntries(Object.entries(roots).map(([name, pids]) => [name, usage(pids)]));
}

function processTable(): Map<number, Entry> | null {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return null;
  }
  const table = new Map<number, Entry>();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    // The name, in parentheses, may hold spaces: what follows is counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length > 12)
      table.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
  }
  return table.size === 0 ? null : table;
}

function privateBytes(pid: number): number {
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  return Math.max(0, resident - shared) * PAGE_BYTES;
}

/** Empty when the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
