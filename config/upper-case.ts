import { z } from 'zod';

/** One of some names, written in upper case in the field; any case is taken. */
export const upperCase = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.enum(names, { error: `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}` }))
    .meta({ enum: [...names] });
