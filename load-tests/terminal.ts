import type { Terminal } from './run/run-load-test.js';

const LINE_EVERY_MS = 5_000;

/** Progress is one line that is written over; where no terminal is, a line every five seconds. */
export function createTerminal(stream: NodeJS.WriteStream): Terminal & { end(): void } {
  let nextAt = 0;
  const end = (): void => {
    if (stream.isTTY) stream.write('\r\u001b[K');
  };
  return {
    end,
    say(line) {
      end();
      stream.write(`${line}\n`);
    },
    progress(line) {
      if (stream.isTTY) stream.write(`\r${line.slice(0, stream.columns - 1)}\u001b[K`);
      else if (Date.now() >= nextAt) {
        stream.write(`${line}\n`);
        nextAt = Date.now() + LINE_EVERY_MS;
      }
    },
  };
}
