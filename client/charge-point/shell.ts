import type { Command } from './language/command.js';
import { parseCommand } from './language/parse-command.js';
import type { ChargePoint } from './station/charge-point.js';
import type { Clock } from '../station/clock.js';
import type { ClientEvent } from './station/events.js';
import { DONE, failed, type Outcome } from './station/outcome.js';

export interface ShellParts {
  readonly station: ChargePoint;
  readonly clock: Clock;
  readonly emit: (event: ClientEvent) => void;
  /** Whether frames are shown; null turns it over. */
  readonly showFrames: (shown: boolean | null) => void;
  readonly signal: AbortSignal;
}

export type ShellOutcome = Outcome | 'quit';

/** Does a command as it was typed, whoever typed it: a person, a script, another program. */
export class Shell {
  constructor(private readonly parts: ShellParts) {}

  /** Whether `line` is a command that may take as long as it says. */
  static waits(line: string): boolean {
    const parsed = parseCommand(line);
    return parsed.ok && parsed.value.name === 'wait';
  }

  async execute(line: string): Promise<ShellOutcome> {
    const parsed = parseCommand(line);
    return parsed.ok ? this.#do(parsed.value) : failed(parsed.problem);
  }

  async #do(command: Command): Promise<ShellOutcome> {
    const { station, emit, showFrames } = this.parts;
    switch (command.name) {
      case 'quit':
        return 'quit';
      case 'help':
        emit({ type: 'help', topic: command.topic });
        return DONE;
      case 'frames':
        showFrames(command.shown);
        return DONE;
      case 'wait':
        await this.#wait(command.ms);
        return DONE;
      default:
        return station.execute(command);
    }
  }

  #wait(ms: number): Promise<void> {
    const { clock, signal } = this.parts;
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(ms, end);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    });
  }
}
