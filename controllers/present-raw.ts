/** Bytes as JSON can carry them. */
export interface PresentedRaw {
  readonly raw: string;
  readonly rawEncoding: 'utf8' | 'base64';
  /** Length of the whole in bytes, as it was sent. */
  readonly rawBytes: number;
  /** Whether `raw` is the beginning only. */
  readonly truncated: boolean;
}

/** `bytes` is the whole, or its beginning when `totalBytes` is more. Text where it is UTF-8, else base64. */
export function presentRaw(bytes: Uint8Array, totalBytes: number): PresentedRaw {
  const truncated = bytes.byteLength < totalBytes;
  const text = decodeText(bytes, truncated);
  return text === undefined
    ? { raw: Buffer.from(bytes).toString('base64'), rawEncoding: 'base64', rawBytes: totalBytes, truncated }
    : { raw: text, rawEncoding: 'utf8', rawBytes: totalBytes, truncated };
}

function decodeText(bytes: Uint8Array, truncated: boolean): string | undefined {
  try {
    // As a stream: a character that the cut went through is left out instead of being an error.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: truncated });
  } catch {
    return undefined;
  }
}
