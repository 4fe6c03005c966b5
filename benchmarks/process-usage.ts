export interface Usage {
  /** Since the process began. */
  readonly cpuSeconds: number;
  /** Resident memory after a collection where the process was started with --expose-gc. */
  readonly residentBytes: number;
}

export function usage(): Usage {
  // Twice: what the first pass finalises, the second one frees.
  globalThis.gc?.();
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() };
}
