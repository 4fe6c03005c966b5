import { clearScreenDown, cursorTo, moveCursor, type Interface } from 'node:readline';

/** Prints above the line that is being typed, which stays as it is with the cursor where it was. */
export class LineScreen {
  constructor(
    private readonly readline: Interface,
    private readonly output: NodeJS.WritableStream,
  ) {}

  print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    // The row of the typed text in which the cursor is: long text takes several.
    const { rows } = this.readline.getCursorPos();
    this.#toStart(rows);
    // readline goes up by as many rows before it draws the line anew.
    this.output.write(`${lines.join('\n')}\n${'\n'.repeat(rows)}`);
    this.readline.prompt(true);
  }

  setPrompt(prompt: string): void {
    if (this.readline.getPrompt() === prompt) return;
    const { rows } = this.readline.getCursorPos();
    this.#toStart(rows);
    this.output.write('\n'.repeat(rows));
    this.readline.setPrompt(prompt);
    this.readline.prompt(true);
  }

  #toStart(rows: number): void {
    if (rows > 0) moveCursor(this.output, 0, -rows);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
  }
}
