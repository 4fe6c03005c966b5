import { readFileSync } from 'node:fs';

/** Of /proc/PID/stat: man 5 proc. The kernel counts in hundredths of a second on every Linux there is. */
export const TICKS_PER_SECOND = 100;

/**
 * CPU seconds that a PostgreSQL server has used: its own, those of its processes, and those of the processes that have ended.
 *
 * @param pid of the server.
 */
export function postgresCpuSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const server = ticksOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return (
    children.reduce((sum, child) => sum + secondsOf(child), server.own + server.ended) / TICKS_PER_SECOND
  );
}

function secondsOf(child: string): number {
  try {
    return ticksOf(readFileSync(`/proc/${child}/stat`, 'utf8')).own;
  } catch {
    // It has ended since: the server's own line will have it next time.
    return 0;
  }
}

/** The name, in parentheses, may hold spaces: what follows is counted from its end. */
export function ticksOf(stat: string): { readonly own: number; readonly ended: number } {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = NaN, system = NaN, endedUser = NaN, endedSystem = NaN] = fields.slice(11, 15);
  return { own: user + system, ended: endedUser + endedSystem };
}
