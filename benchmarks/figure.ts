/** One measured number of a suite, with every round it came from. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** One value a round. */
  readonly product: readonly number[];
  /** What the bare minimum does in the same rounds; null where there is none. */
  readonly floor: readonly number[] | null;
  readonly target: Target | null;
  /** Which way is better, for a figure that neither its target nor its unit says it of. */
  readonly better?: 'higher' | 'lower';
}

/** What the median must keep to: of product / floor, round by round, or of the product itself, in the figure's unit. */
export interface Target {
  readonly of: 'ratio' | 'product';
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A table of where the time goes: lines of cells under headings. */
export interface Breakdown {
  readonly title: string;
  readonly headings: readonly string[];
  readonly lines: readonly (readonly (string | number)[])[];
}

export interface SuiteResult {
  readonly suite: string;
  /** Empty where the breakdowns say it all. */
  readonly figures: readonly Figure[];
  readonly breakdowns: readonly Breakdown[];
  /** What was sent and how, in a sentence or two. */
  readonly method: string;
  /** Of what only this suite measures, by name; the machine's description has those that all of them use. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** What every suite is given. */
export interface SuiteOptions {
  /** Rounds of product and floor, interleaved. */
  readonly rounds: number;
  /** Small and short: shows that everything runs, proves no figure. */
  readonly quick: boolean;
  /** Tells a round, or a step. @param done share of the suite's work that is done, 0 to 1, where it knows. */
  readonly progress: (text: string, done?: number) => void;
  /** Readings that a suite over stored readings makes; null: what its targets are about. */
  readonly size: number | null;
  /** How long a suite that holds a load holds it; null: what its targets are about. */
  readonly minutes: number | null;
  /** Keeps what was made, for the next run; null: it is removed at the end. */
  readonly directory: string | null;
}

export type Suite = (options: SuiteOptions) => Promise<SuiteResult>;
