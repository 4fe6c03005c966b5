/**
 * How a parameter looks in a URL. Its schema reads the list of texts that the name was given; documentation shows the one
 * value (or the list) that a client writes.
 */
import { z } from 'zod';

/** A JSON schema (draft 2020-12). */
export type Wire = Readonly<Record<string, unknown>>;

/** Of schemas whose own input says too little: a number is read from a text. */
export const wires = z.registry<Wire>();

export interface DocumentedParameter {
  readonly schema: Wire;
  readonly required: boolean;
  /** undefined: nobody described it. */
  readonly description: string | undefined;
}

export function documentParameter(parameter: z.ZodType): DocumentedParameter {
  const layers = [...layersOf(parameter)];
  const innermost = layers.at(-1) ?? parameter;
  const wire = layers.map((layer) => wires.get(layer)).find((known) => known !== undefined);
  const derived: Record<string, unknown> = { ...(wire ?? z.toJSONSchema(innermost, { io: 'input' })) };
  delete derived['$schema'];
  const standard = layers.find((layer) => layer instanceof z.ZodDefault)?.def.defaultValue;
  return {
    schema: standard === undefined ? derived : { ...derived, default: standard },
    required: !parameter.safeParse(undefined).success,
    description: layers.map((layer) => layer.description).find((text) => text !== undefined),
  };
}

/** From `.optional()` and `.default()` inwards to what judges the value. */
function* layersOf(parameter: z.ZodType): Generator<z.ZodType> {
  yield parameter;
  const inner = innerOf(parameter);
  if (inner !== undefined) yield* layersOf(inner);
}

function innerOf(parameter: z.ZodType): z.ZodType | undefined {
  if (parameter instanceof z.ZodOptional || parameter instanceof z.ZodDefault) {
    return parameter.unwrap() as z.ZodType;
  }
  if (!(parameter instanceof z.ZodPipe)) return undefined;
  const { in: before, out: after } = parameter.def;
  return (after instanceof z.ZodTransform ? before : after) as z.ZodType;
}
