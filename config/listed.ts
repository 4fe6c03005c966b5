import { z } from 'zod';

/** Parts between commas, without the spaces around them; empty parts are left out, so the list may be empty. */
export const listed = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );
