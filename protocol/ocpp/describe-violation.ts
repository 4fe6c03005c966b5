import type { ErrorObject } from 'ajv';
import { excerpt } from '../excerpt.js';
import { namesOf, pointerTo } from './payload-place.js';

export interface Violation {
  /** JSON pointer to the field at fault, also to one that is missing. */
  readonly path: string;
  /** One sentence for a person; names the field. */
  readonly description: string;
}

/** What a schema found, for the one who has to correct it. */
export function describeViolation(error: ErrorObject): Violation {
  const path = violatedPath(error);
  return { path, description: `${namesOf(path).join('.')}${statement(error)}` };
}

/** JSON pointer to the field at fault, also to one that is missing. */
export function violatedPath({ instancePath, keyword, params }: ErrorObject): string {
  const { missingProperty, additionalProperty } = params as Readonly<Record<string, string>>;
  if (keyword === 'required') return pointerTo(instancePath, missingProperty ?? '');
  if (keyword === 'additionalProperties') return pointerTo(instancePath, additionalProperty ?? '');
  return instancePath;
}

function statement({ keyword, message, params }: ErrorObject): string {
  if (keyword === 'required') return ' is required';
  if (keyword === 'additionalProperties') return ' is no field of this message';
  if (keyword === 'enum') {
    const { allowedValues } = params as { readonly allowedValues: readonly unknown[] };
    return `: must be one of ${allowedValues.map(excerpt).join(', ')}`;
  }
  return `: ${message ?? 'is not allowed'}`;
}
