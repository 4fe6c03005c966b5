import { createInterface } from 'node:readline';
import { complete } from '../language/complete.js';
import { splitScript } from '../language/words.js';
import type { Shell } from '../shell.js';
import type { ChargePoint } from '../station/charge-point.js';
import type { Clock } from '../../station/clock.js';
import type { ClientEvent } from '../station/events.js';
import type { Colors } from './colors.js';
import { HISTORY_SIZE, type HistoryFile } from './history-file.js';
import { LineScreen } from './line-screen.js';
import { promptText } from './prompt-text.js';

/** A second Ctrl-C within this time leaves. */
const TWICE_MS = 2_000;

/** Where lines are printed while somebody types. */
export interface PromptScreen {
  print(lines: readonly string[]): void;
  /** The prompt may be another. */
  refresh(): void;
}

export interface PromptParts {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly shell: Shell;
  readonly station: ChargePoint;
  readonly history: HistoryFile;
  readonly colors: Colors;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: (event: ClientEvent) => void;
  /** Tells where lines are printed from now on; null: plainly again. */
  readonly onScreen: (screen: PromptScreen | null) => void;
}

/** Takes commands from a person until `quit`, Ctrl-D, Ctrl-C twice, or the signal. */
export async function runPrompt(parts: PromptParts): Promise<void> {
  const { input, output, shell, station, history, colors, clock, signal, emit, onScreen } = parts;
  const prompt = (): string => promptText(station, colors);
  const readline = createInterface({
    input,
    output,
    prompt: prompt(),
    completer: complete,
    history: history.load(),
    historySize: HISTORY_SIZE,
    removeHistoryDuplicates: true,
  });
  const screen = new LineScreen(readline, output);
  const refresh = (): void => screen.setPrompt(prompt());
  onScreen({ print: (lines) => screen.print(lines), refresh });

  let cancelledAt = -Infinity;
  const cancel = (): void => {
    const now = clock.elapsed();
    if (now - cancelledAt < TWICE_MS) {
      readline.close();
      return;
    }
    cancelledAt = now;
    const typed = readline.line !== '';
    if (typed) {
      // To the end of the line, and all of it away.
      readline.write(null, { ctrl: true, name: 'e' });
      readline.write(null, { ctrl: true, name: 'u' });
    }
    if (!station.stopRepeating() && !typed)
      emit({ type: 'note', text: 'Ctrl-C again leaves, as Ctrl-D and quit do' });
  };

  const take = async (line: string): Promise<void> => {
    for (const command of splitScript(line)) {
      const outcome = await shell.execute(command);
      if (outcome === 'quit') readline.close();
      else if (!outcome.ok && !outcome.told) emit({ type: 'problem', text: outcome.reason });
      if (outcome === 'quit' || !outcome.ok) return;
    }
  };

  await new Promise<void>((resolve) => {
    const close = (): void => readline.close();
    signal.addEventListener('abort', close, { once: true });
    readline.on('SIGINT', cancel);
    readline.on('line', (line) => {
      cancelledAt = -Infinity;
      history.add(line);
      readline.setPrompt(prompt());
      readline.prompt();
      void take(line);
    });
    readline.on('close', () => {
      signal.removeEventListener('abort', close);
      onScreen(null);
      resolve();
    });
    readline.prompt();
  });
  output.write('\n');
}
