import { cpus } from 'node:os';

/** How many cores of the machine were busy, with whatever, since this was made. */
export class BusyCores {
  private readonly before = times();

  get since(): number {
    const now = times();
    const total = now.total - this.before.total;
    return total === 0 ? 0 : ((now.busy - this.before.busy) / total) * cpus().length;
  }
}

function times(): { readonly busy: number; readonly total: number } {
  let [busy, total] = [0, 0];
  for (const { times: of } of cpus()) {
    busy += of.user + of.nice + of.sys + of.irq;
    total += of.user + of.nice + of.sys + of.irq + of.idle;
  }
  return { busy, total };
}
