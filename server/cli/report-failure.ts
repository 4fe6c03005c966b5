import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** One clear line and what to do about it, and exit code 1. Only what we did not foresee shows its stack. */
export function reportFailure(error: unknown): void {
  if (error instanceof MeterpulseError) {
    const why = error.cause instanceof Error ? error.cause.message : '';
    const cause = why === '' || error.message.includes(why) ? '' : ` (${why})`;
    process.stderr.write(`meterpulse: ${error.message}${cause}\n  ${error.remedy} [${error.code}]\n`);
  } else {
    process.stderr.write(
      `meterpulse: unexpected: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
    );
  }
  // Sockets and timers of a failed role must not keep it alive.
  process.exit(1);
}
