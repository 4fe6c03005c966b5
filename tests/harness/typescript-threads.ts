/** Options of Node for threads that begin from source. */
export const TYPESCRIPT_THREADS = [
  '--import',
  new URL('./typescript-threads.mjs', import.meta.url).href,
] as const;
