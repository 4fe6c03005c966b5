/** What is written to, as far as this goes. */
export interface Corkable {
  cork(): void;
  uncork(): void;
}

/**
 * Gathers what is written to a socket within one turn of the event loop into one system call: a batch that the log confirmed
 * answers many frames of a socket at once.
 */
export class Corks {
  private held = new Set<Corkable>();

  hold(socket: Corkable): void {
    if (this.held.has(socket)) return;
    if (this.held.size === 0) process.nextTick(() => this.release());
    this.held.add(socket);
    socket.cork();
  }

  private release(): void {
    const { held } = this;
    this.held = new Set();
    for (const socket of held) socket.uncork();
  }
}
