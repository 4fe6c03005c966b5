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

/** Whether it may be stored: what an earlier version has let in is still one. {@link isChargePointId} says what is let in. */
export function isStorableId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= 255 &&
    isCleanText(value) &&
    value.trim() !== ''
  );
}

/** What nearly every id is made of. */
const PLAIN = /^[\x20-\x7e]+$/;
/** What nobody sees, or what turns the direction of writing: two ids that look the same would be two charge points. */
const UNSEEN = /[\p{DI}\p{Zl}\p{Zp}]/u;

/**
 * 1 to 255 characters, clean, not blank, none of them invisible, and composed (Unicode NFC): what looks the same for want of
 * such marks is the same. Such an id is safe as a log key, a column value, a label and in a path. Letters of other scripts
 * that look alike stay different ones.
 */
export function isChargePointId(value: unknown): value is string {
  if (!isStorableId(value)) return false;
  return PLAIN.test(value) || (!UNSEEN.test(value) && value === value.normalize('NFC'));
}

/** Longest name of a measurand, context, unit, phase or location, in characters. */
export const MAX_NAME_LENGTH = 50;

/** The name of a measurand, context, unit, phase or location: 1 to 50 characters, clean. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length >= 1 && value.length <= MAX_NAME_LENGTH && isCleanText(value)
  );
}
