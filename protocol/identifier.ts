/** Control characters (C0, DEL, C1) and halves of surrogate pairs: PostgreSQL refuses NUL in any text, terminals obey the others. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;
const UNFIT_ALL = /[\p{Cc}\p{Cs}]/gu;

/** Well-formed Unicode without control characters. */
export function isCleanText(text: string): boolean {
  return !UNFIT.test(text);
}

/** `text` with what {@link isCleanText} refuses replaced by U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(UNFIT_ALL, '\ufffd');
}

/** 1 to 255 characters, clean, not blank. Such an id is safe as a log key, a column value, a label and in a path. */
export function isChargePointId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= 255 &&
    isCleanText(value) &&
    value.trim() !== ''
  );
}

/** Longest name of a measurand, context, unit, phase or location, in characters. */
export const MAX_NAME_LENGTH = 50;

/** The name of a measurand, context, unit, phase or location: 1 to 50 characters, clean. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length >= 1 && value.length <= MAX_NAME_LENGTH && isCleanText(value)
  );
}
