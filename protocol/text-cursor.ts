/** A closed set of short texts of printable ASCII, found by a hash that is computed while the text is read. */
export class KnownTexts {
  private readonly byHash = new Map<number, string>();

  /** Throws when two texts have one hash: a fault of the list, found when it is made. */
  constructor(texts: Iterable<string>) {
    for (const text of texts) {
      let hash = 0;
      for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
      if (this.byHash.has(hash)) throw new Error(`${text} has the hash of ${this.byHash.get(hash)}`);
      this.byHash.set(hash, text);
    }
  }

  get(hash: number): string | undefined {
    return this.byHash.get(hash);
  }
}

const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const BACKSLASH = 92;

/**
 * Reads JSON of a plain kind from a text: texts of printable ASCII without escapes, small whole numbers. Each method reads
 * one thing after white space; what is not there, or is not plain, is told by false, -1 or undefined, and the cursor is then
 * of no further use.
 */
export class TextCursor {
  at = 0;
  /** Of the text that {@link plainText} read last. */
  from = 0;
  to = 0;
  private hash = 0;

  constructor(readonly text: string) {}

  /** Whether the character comes next, which is then read. */
  takes(code: number): boolean {
    if (this.next() !== code) return false;
    this.at++;
    return true;
  }

  /** The code of the next character that is no white space, which is not read yet; NaN at the end. */
  next(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return code;
      this.at++;
    }
  }

  /** Reads a text; {@link from} and {@link to} are then its bounds. */
  plainText(): boolean {
    if (!this.takes(QUOTE)) return false;
    const { text } = this;
    let hash = 0;
    let at = this.at;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      // NaN, which is what stands behind the end, is neither.
      if (!(code >= 32 && code <= 126) || code === BACKSLASH) return false;
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    this.from = this.at;
    this.to = at;
    this.hash = hash;
    this.at = at + 1;
    return true;
  }

  /** Reads a text that is one of these. */
  known(texts: KnownTexts): string | undefined {
    if (!this.plainText()) return undefined;
    const text = texts.get(this.hash);
    const isIt =
      text !== undefined && text.length === this.to - this.from && this.text.startsWith(text, this.from);
    return isIt ? text : undefined;
  }

  /** Reads a whole number of at most so many digits, without sign. */
  wholeNumber(maxDigits: number): boolean {
    const first = this.next();
    const from = this.at;
    this.at += this.digits();
    const count = this.at - from;
    return count >= 1 && count <= maxDigits && (first !== ZERO || count === 1);
  }

  /** Whether the text that was read last is a decimal number below 10^12 without exponent. */
  isPlainDecimal(): boolean {
    const end = this.at;
    this.at = this.from;
    if (this.text.charCodeAt(this.at) === MINUS) this.at++;
    const whole = this.digits();
    this.at += whole;
    let isPlain = whole >= 1 && whole <= 12;
    if (isPlain && this.text.charCodeAt(this.at) === POINT) {
      this.at++;
      const fraction = this.digits();
      this.at += fraction;
      isPlain = fraction >= 1 && fraction <= 12;
    }
    isPlain &&= this.at === this.to;
    this.at = end;
    return isPlain;
  }

  /** How many digits come next. */
  private digits(): number {
    let at = this.at;
    for (; ; at++) {
      const code = this.text.charCodeAt(at);
      if (!(code >= ZERO && code <= 57)) return at - this.at;
    }
  }
}
