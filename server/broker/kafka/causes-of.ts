/** The error, and one in the other all that caused it: kafkajs wraps errors in several ways. */
export function causesOf(error: unknown): Error[] {
  const errors: Error[] = [];
  let each: unknown = error;
  while (each instanceof Error && !errors.includes(each)) {
    errors.push(each);
    each = each.cause ?? ('originalError' in each ? each.originalError : undefined);
  }
  return errors;
}
