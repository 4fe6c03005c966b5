import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a terminal that has them and whose user wants them (NO_COLOR, FORCE_COLOR); elsewhere plain text. */
export function colorsFor(stream: { readonly isTTY?: boolean }): Colors {
  return pc.createColors(stream.isTTY === true && pc.isColorSupported);
}
