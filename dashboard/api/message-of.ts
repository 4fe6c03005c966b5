import { ProblemError } from './problem-error.js';

/** An error in words for who sits before the screen. */
export function messageOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.detail;
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return 'The server did not answer in time.';
  // Of a failed fetch the browser tells no more than that.
  if (error instanceof TypeError) return 'The server can’t be reached.';
  return error instanceof Error ? error.message : String(error);
}
