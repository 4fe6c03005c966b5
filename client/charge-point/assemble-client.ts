import type { Random } from '../../helpers/seeded-random.js';
import { counted } from './language/counted.js';
import type { ClientOptions } from './options.js';
import { endLine, jsonLine } from './script/json-lines.js';
import { runScript } from './script/run-script.js';
import { Shell } from './shell.js';
import { ChargePoint } from './station/charge-point.js';
import type { Clock } from '../station/clock.js';
import type { ClientEvent } from './station/events.js';
import { colorsFor } from './terminal/colors.js';
import { EventLines } from './terminal/event-lines.js';
import { helpText } from './terminal/help-text.js';
import type { HistoryFile } from './terminal/history-file.js';
import { clean } from './terminal/layout.js';
import { runPrompt, type PromptScreen } from './terminal/run-prompt.js';
import type { Credentials } from '../transport/credentials.js';
import { jsonWire } from '../wire/json-wire.js';
import { ocppWire } from '../wire/ocpp-wire.js';

export interface ClientStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
}

export interface ClientParts extends ClientStreams {
  readonly options: ClientOptions;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

export interface Client {
  /** Takes commands from a person until he leaves. */
  prompt(history: HistoryFile): Promise<void>;
  /** Does commands one after the other; false when something failed. */
  script(commands: Iterable<string> | AsyncIterable<string>): Promise<boolean>;
  /** Says goodbye; the process may end then. */
  leave(): void;
}

/** Puts the charge point and its screen together. It begins to connect at once. */
export function assembleClient({
  options,
  credentials,
  clock,
  random,
  signal,
  input,
  output,
  errors,
}: ClientParts): Client {
  const colors = colorsFor(output);
  const width = (): number => (output.isTTY ? output.columns : Infinity);
  const lines = new EventLines({ colors, width, now: () => clock.now() });
  lines.framesShown = options.frames;
  let screen: PromptScreen | null = null;

  const print = (texts: readonly string[]): void => {
    if (texts.length === 0) return;
    if (screen === null) output.write(`${texts.join('\n')}\n`);
    else screen.print(texts);
  };
  let left = false;
  const emit = (event: ClientEvent): void => {
    // Nobody wants to read of a goodbye that he said himself.
    if (left) return;
    if (options.json) {
      const line = jsonLine(event);
      if (line !== null) output.write(`${line}\n`);
      return;
    }
    print(event.type === 'help' ? helpText(event.topic, colors, width()) : lines.of(event));
    screen?.refresh();
  };

  const station = new ChargePoint({
    url: options.url,
    chargePointId: options.id,
    wire: options.protocol === 'json' ? jsonWire : ocppWire,
    credentials,
    clock,
    random,
    answerTimeoutMs: options.timeout,
    emit,
  });
  const showFrames = (shown: boolean | null): void => {
    lines.framesShown = shown ?? !lines.framesShown;
    emit({ type: 'note', text: lines.framesShown ? 'frames are shown' : 'frames are not shown' });
  };
  const shell = new Shell({ station, clock, emit, showFrames, signal });
  void station.execute({ name: 'connect', chargePointId: null });

  return {
    async prompt(history) {
      const onScreen = (found: PromptScreen | null): void => {
        screen = found;
      };
      await runPrompt({ input, output, shell, station, history, colors, clock, signal, emit, onScreen });
      if (station.waiting > 0) print([colors.yellow(`not sent: ${counted(station.waiting, 'message')}`)]);
    },

    async script(commands) {
      const timeoutMs = options.timeout;
      const errorColors = colorsFor(errors);
      const onFailure = (command: string, reason: string): void => {
        const where =
          command === '' ? '' : `${clean(command.length > 80 ? `${command.slice(0, 79)}…` : command)}: `;
        errors.write(`${errorColors.red('failed')}  ${where}${clean(reason)}\n`);
      };
      const { keepGoing } = options;
      const result = await runScript(commands, {
        shell,
        station,
        clock,
        timeoutMs,
        keepGoing,
        onFailure,
        signal,
      });
      if (options.json) output.write(`${endLine(result, station.sums(), station.waiting)}\n`);
      return result.ok;
    },

    leave() {
      left = true;
      station.stop();
    },
  };
}
