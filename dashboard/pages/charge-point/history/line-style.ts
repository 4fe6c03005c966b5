import { resolvedColour } from '../../../theme/resolved-colour.js';

/** Four colours, then the same ones dashed, and dotted: lines are told apart without colours, too. */
const COLOURS = 4;
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3]];

export interface LineStyle {
  /** Number of the token `--series-N`. */
  readonly colour: number;
  readonly dash: readonly number[];
}

/** @param at place of the line among all of the history, shown or not, so that it keeps its style */
export function lineStyle(at: number): LineStyle {
  // Neighbours differ in both, since they cross.
  return {
    colour: (at % COLOURS) + 1,
    dash: DASHES[(Math.floor(at / COLOURS) + at) % DASHES.length] ?? [],
  };
}

export function colourOf({ colour }: LineStyle): string {
  return resolvedColour(`--series-${colour}`);
}
