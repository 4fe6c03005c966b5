import fc from 'fast-check';

/** Any sequence of UTF-16 code units: control characters and halves of surrogate pairs included. */
export const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', '\\', '{', '[', ':', ',', '\u0000', '\ud800'),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
});
