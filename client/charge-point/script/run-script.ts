import { counted } from '../language/counted.js';
import { formatDuration } from '../language/duration.js';
import { Shell, type ShellOutcome } from '../shell.js';
import type { ChargePoint } from '../station/charge-point.js';
import type { Clock } from '../../station/clock.js';
import { DONE, failed, type Outcome } from '../station/outcome.js';

/** Longer than an answer may take, so that the charge point itself has told what it waited for. */
const GRACE_MS = 250;

export interface ScriptParts {
  readonly shell: Pick<Shell, 'execute'>;
  readonly station: Pick<ChargePoint, 'linkState' | 'waiting' | 'drained' | 'stopRepeating' | 'sums'>;
  readonly clock: Clock;
  /** ms that a command may take. */
  readonly timeoutMs: number;
  /** Go on after a command that failed. */
  readonly keepGoing: boolean;
  readonly onFailure: (command: string, reason: string) => void;
  readonly signal: AbortSignal;
}

export interface ScriptResult {
  readonly ok: boolean;
  /** Commands that were done, failed ones included. */
  readonly commands: number;
  readonly failed: number;
}

/**
 * Does one command after the other, each when the one before has its answer, up to `quit`. At the end what repeats is stopped,
 * and what still waits has the time of one command to be sent. It went well when no command failed, every message was accepted,
 * and nothing is left.
 */
export async function runScript(
  commands: Iterable<string> | AsyncIterable<string>,
  parts: ScriptParts,
): Promise<ScriptResult> {
  const { station, keepGoing, onFailure, signal } = parts;
  let done = 0;
  let failures = 0;
  const fail = (command: string, reason: string): void => {
    failures++;
    onFailure(command, reason);
  };
  for await (const command of commands) {
    if (signal.aborted) break;
    done++;
    const outcome = await within(parts, command);
    if (outcome === 'quit') break;
    if (!outcome.ok) {
      fail(command, outcome.reason);
      if (!keepGoing) break;
    }
  }
  station.stopRepeating();
  if (!signal.aborted && failures === 0 && station.linkState !== 'offline') {
    // A timer that is left behind would keep the process alive.
    const { expired, cancel } = timeout(parts);
    await Promise.race([station.drained(), expired]);
    cancel();
  }
  const { rejected, unanswered } = station.sums();
  if (failures === 0 && station.waiting > 0) fail('', `not sent: ${counted(station.waiting, 'message')}`);
  else if (failures === 0 && rejected + unanswered > 0)
    fail('', `${counted(rejected, 'message')} rejected, ${unanswered} unanswered`);
  return { ok: failures === 0 && !signal.aborted, commands: done, failed: failures };
}

async function within(parts: ScriptParts, command: string): Promise<ShellOutcome> {
  const outcome = parts.shell.execute(command);
  if (Shell.waits(command)) return outcome;
  const { expired, cancel } = timeout(parts);
  const result = await Promise.race([outcome, expired]);
  cancel();
  return result;
}

function timeout({ clock, station, timeoutMs, signal }: ScriptParts): {
  expired: Promise<Outcome>;
  cancel: () => void;
} {
  let cancel = (): void => undefined;
  const expired = new Promise<Outcome>((resolve) => {
    const stop = clock.after(timeoutMs + GRACE_MS, () => {
      const missing = station.linkState === 'online' ? 'no answer' : 'no connection';
      resolve(failed(`${missing} within ${formatDuration(timeoutMs)}`));
    });
    const abort = (): void => resolve(DONE);
    signal.addEventListener('abort', abort, { once: true });
    cancel = () => {
      stop();
      signal.removeEventListener('abort', abort);
    };
  });
  return { expired, cancel };
}
