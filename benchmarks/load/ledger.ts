/** What a client sent, and what of it was acknowledged. Typed arrays: hundreds of thousands of objects would slow it down. */
export class Ledger {
  private sockets = new Uint32Array(1 << 16);
  /** ms since 1970 UTC. */
  private times = new Float64Array(1 << 16);
  private dues = new Float64Array(1 << 16);
  private acknowledged = new Uint8Array(1 << 16);
  /** Readings sent so far. */
  sent = 0;
  answered = 0;

  /** @param socket number of its charge point. @param at its timestamp. @param dueAt `performance.now()`. @returns its place. */
  add(socket: number, at: number, dueAt: number): number {
    const place = this.sent++;
    if (place >= this.sockets.length) this.grow();
    this.sockets[place] = socket;
    this.times[place] = at;
    this.dues[place] = dueAt;
    return place;
  }

  /** When it was due; throws for an answer to nothing, or a second one: then the ledger proves nothing. */
  answer(place: number, accepted: boolean): number {
    const dueAt = this.dues[place];
    if (!(place < this.sent) || dueAt === undefined || Number.isNaN(dueAt)) {
      throw new Error(`an answer to reading ${place}, which waits for none`);
    }
    this.dues[place] = NaN;
    this.acknowledged[place] = accepted ? 1 : 0;
    this.answered++;
    return dueAt;
  }

  /** [socket, timestamp, whether it was acknowledged] of each reading, in the order of sending. */
  *entries(): Iterable<readonly [socket: number, at: number, acknowledged: boolean]> {
    for (let place = 0; place < this.sent; place++) {
      yield [this.sockets[place] ?? NaN, this.times[place] ?? NaN, this.acknowledged[place] === 1];
    }
  }

  private grow(): void {
    const length = this.sockets.length * 2;
    const copy = <A extends Uint8Array | Uint32Array | Float64Array>(into: A, from: A): A => {
      into.set(from);
      return into;
    };
    this.sockets = copy(new Uint32Array(length), this.sockets);
    this.times = copy(new Float64Array(length), this.times);
    this.dues = copy(new Float64Array(length), this.dues);
    this.acknowledged = copy(new Uint8Array(length), this.acknowledged);
  }
}
