import { treeUsage, type TreeUsage } from './process-tree.js';

export interface UsagePoint {
  /** ms since 1970 UTC */
  readonly at: number;
  /** Cores busy since the point before, and memory. */
  readonly roles: Readonly<Record<string, { readonly cores: number; readonly memoryBytes: number }>>;
  /** Records on the log that aren't stored yet; null: not known. */
  readonly lag: number | null;
}

/** CPU, memory and lag over time. */
export class UsageLog {
  readonly points: UsagePoint[] = [];
  #last: { readonly at: number; readonly usage: Record<string, TreeUsage> } | null = null;

  constructor(private readonly roots: () => Readonly<Record<string, readonly number[]>>) {}

  add(lag: number | null): void {
    const at = Date.now();
    const usage = treeUsage(this.roots());
    if (usage === null) return;
    const last = this.#last;
    this.#last = { at, usage };
    if (last === null) return;
    const seconds = Math.max(0.001, (at - last.at) / 1_000);
    const roles = Object.fromEntries(
      Object.entries(usage).map(([name, { cpuSeconds, memoryBytes }]) => {
        const used = cpuSeconds - (last.usage[name]?.cpuSeconds ?? cpuSeconds);
        // A child that ended takes its seconds along.
        return [name, { cores: Math.max(0, used / seconds), memoryBytes }];
      }),
    );
    this.points.push({ at, roles, lag });
  }
}
