import { cleanText } from './identifier.js';

/** JSON text of a parsed value; '' when it has none (undefined) or is nested too deep for the serialiser. Never throws. */
export function jsonText(value: unknown): string {
  try {
    return value === undefined ? '' : JSON.stringify(value);
  } catch {
    return '';
  }
}

/** A value as it may be quoted in a sentence for a person: JSON, at most 80 characters, without control characters. */
export function excerpt(value: unknown): string {
  // A long text is cut before it is serialised, so that quoting costs nothing much whatever was sent.
  const text = jsonText(typeof value === 'string' ? value.slice(0, 200) : value);
  return cleanText(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
