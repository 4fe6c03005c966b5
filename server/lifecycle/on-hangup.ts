/**
 * Calls `run` at each SIGHUP, until what is returned is called. Not where the process was started from a terminal: there
 * the signal means that the terminal is gone, and ends the process as ever.
 */
export function onHangup(run: () => void, terminal: boolean = process.stdin.isTTY): () => void {
  if (terminal) return () => undefined;
  process.on('SIGHUP', run);
  return () => process.off('SIGHUP', run);
}
