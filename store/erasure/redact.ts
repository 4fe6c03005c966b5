/** Takes one id tag out of what was said, in whatever case, as OCPP compares them; everything else stays as it is. */
export class Redaction {
  private readonly tag: string;

  constructor(private readonly idTag: string) {
    this.tag = idTag.toLowerCase();
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
    const redacted = replaced(text, JSON.stringify(this.idTag), '""');
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
    return replaced(text, this.idTag, '…');
  }

  /** Words of a person: where it is a word by itself, and not a part of another one or of a number. */
  words(text: string): string {
    return replaced(
      text,
      this.idTag,
      '…',
      (before, after) => !IN_WORDS.test(before) && !IN_WORDS.test(after),
    );
  }
}

const IN_WORDS = /[\p{L}\p{N}]/u;

/** Every occurrence, in whatever case, that `isMeant` says yes to: asked with the characters on both sides. */
function replaced(
  text: string,
  sought: string,
  by: string,
  isMeant: (before: string, after: string) => boolean = () => true,
): string {
  const folded = lowered(text);
  const needle = lowered(sought);
  let left = '';
  let from = 0;
  for (let at = folded.indexOf(needle); at !== -1; at = folded.indexOf(needle, from)) {
    const end = at + needle.length;
    left +=
      text.slice(from, at) + (isMeant(text.charAt(at - 1), text.charAt(end)) ? by : text.slice(at, end));
    from = end;
  }
  return left + text.slice(from);
}

/** In lower case, and of the same length: the few letters that would become two stay. */
function lowered(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from({ length: text.length }, (_, at) => {
    const unit = text.charAt(at);
    return unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit;
  }).join('');
}
