/** Takes one id tag out of what was said, in whatever case, as OCPP compares them; everything else stays as it is. */
export class Redaction {
  private readonly tag: string;
  private readonly literal: RegExp;
  private readonly words: RegExp;

  constructor(idTag: string) {
    this.tag = idTag.toLowerCase();
    this.literal = new RegExp(escaped(JSON.stringify(idTag)), 'giu');
    this.words = new RegExp(escaped(idTag), 'giu');
  }

  isOf(text: string | null): boolean {
    return text?.toLowerCase() === this.tag;
  }

  /** Strings of a JSON value that are the tag become ''; the very same value when none is. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.isOf(value) ? '' : value;
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => this.json(item));
      return items.some((item, at) => item !== value[at]) ? items : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value).map(([name, field]) => [name, field, this.json(field)] as const);
    return fields.some(([, field, redacted]) => field !== redacted)
      ? Object.fromEntries(fields.map(([name, , redacted]) => [name, redacted]))
      : value;
  }

  /** Text of JSON, whether it can be read or not: where the tag is a string by itself it becomes "". Numbers keep their digits. */
  jsonText(text: string): string {
    const redacted = text.replace(this.literal, '""');
    try {
      // Written with escapes it is found only once it is read.
      const value: unknown = JSON.parse(redacted);
      const without = this.json(value);
      return without === value ? redacted : JSON.stringify(without);
    } catch {
      return redacted;
    }
  }

  /** Words of ours or of a charge point's that quote it. */
  prose(text: string): string {
    return text.replace(this.words, '…');
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
