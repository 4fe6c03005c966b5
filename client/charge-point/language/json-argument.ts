import { parsed, problem, type Parsed } from './parsed.js';

/** JSON as it was typed: parsing and writing it anew would change numbers and repeated keys. */
export function parseJson(text: string): Parsed<string> {
  try {
    JSON.parse(text);
    return parsed(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : '';
    return problem(`That is not JSON (${why}); 'raw' sends any text`);
  }
}
