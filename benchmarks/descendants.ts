import { execFileSync } from 'node:child_process';

/** Ids of every process that `pid` started, and that those did, children before parents. Its own reader is not among them. */
export function descendantsOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,comm='], { encoding: 'utf8' });
  const children = new Map<number, number[]>();
  for (const line of listed.split('\n')) {
    const [child = '', parent = '', state = '', name = ''] = line.trim().split(/\s+/);
    // A zombie has ended; only its parent has not asked yet.
    if (child === '' || state.startsWith('Z') || (name === 'ps' && parent === String(pid))) continue;
    children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(child)]);
  }
  const below = (id: number): number[] =>
    (children.get(id) ?? []).flatMap((child) => [...below(child), child]);
  return below(pid);
}
