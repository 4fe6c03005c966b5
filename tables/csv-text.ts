import { isUtf8 } from 'node:buffer';

export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string; readonly remedy: string };

const REMEDY = 'Save it as "CSV UTF-8", or as "Unicode text" under a name that ends in .csv.';

/**
 * The text of a .csv file: UTF-8, or UTF-16 with its byte order mark, as Excel's "Unicode text" has it. Anything else is
 * refused: what an older code page makes of an id's umlaut would be another charge point.
 */
export function decodeCsv(bytes: Uint8Array): DecodedText {
  const mark = Buffer.from(bytes.subarray(0, 2)).toString('hex');
  if (mark === 'fffe' || mark === 'feff') {
    try {
      const decoder = new TextDecoder(mark === 'fffe' ? 'utf-16le' : 'utf-16be', { fatal: true });
      return { ok: true, text: decoder.decode(bytes) };
    } catch {
      return { ok: false, why: 'begins like UTF-16 and is not UTF-16 text', remedy: REMEDY };
    }
  }
  const [a, b, c, d] = bytes;
  if ((a === 0 && c === 0) || (b === 0 && d === 0)) {
    return { ok: false, why: 'is not UTF-8 text (it looks like UTF-16 without its mark)', remedy: REMEDY };
  }
  if (!isUtf8(bytes)) {
    const line = lineOfFirstFault(bytes);
    return {
      ok: false,
      why: `is not UTF-8 text (line ${line} has bytes of another code page)`,
      remedy: REMEDY,
    };
  }
  return { ok: true, text: new TextDecoder('utf-8').decode(bytes) };
}

const NEWLINE = 10;

function lineOfFirstFault(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, start);
    const stop = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) return line;
    start = stop + 1;
  }
  return line;
}
