import type { z } from 'zod';
import { invalidParameters, problem, type FieldError, type Problem } from '../../controllers/problem.js';
import { parseQuery } from './parse-query.js';

export type Validated<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem };

/** A list of a thousand wrong ids need not be answered by a thousand errors. */
const MAX_ERRORS = 20;

/** Judges the query of a URL by a route's schema. A name that the schema doesn't have is refused, not ignored. */
export function validateQuery<Schema extends z.ZodObject>(
  url: string,
  schema: Schema,
): Validated<z.output<Schema>> {
  const query = parseQuery(url);
  if (!query.ok) return { ok: false, problem: problem('malformed-request', query.detail) };
  const known = Object.keys(schema.shape);
  const unknown = [...query.parameters.keys()].filter((parameter) => !known.includes(parameter));
  if (unknown.length > 0) {
    const message =
      known.length === 0 ? 'unknown: this route has no parameters' : `unknown; known are ${known.join(', ')}`;
    return refuse(unknown.map((parameter) => ({ parameter: shorten(parameter), message })));
  }
  return judge(Object.fromEntries(query.parameters), schema);
}

/** Judges the parameters of a path, already decoded. */
export function validateParams<Schema extends z.ZodObject>(
  params: Readonly<Record<string, unknown>>,
  schema: Schema,
): Validated<z.output<Schema>> {
  return judge({ ...params }, schema);
}

/** Judges a JSON body by a route's schema; here too an unknown field is refused. */
export function validateBody<Schema extends z.ZodObject>(
  body: unknown,
  schema: Schema,
): Validated<z.output<Schema>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { ok: false, problem: problem('malformed-request', 'The body is not a JSON object.') };
  }
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(body).filter((field) => !known.includes(field));
  if (unknown.length > 0) {
    const message =
      known.length === 0 ? 'unknown: the body has no fields' : `unknown; known are ${known.join(', ')}`;
    return refuse(unknown.slice(0, MAX_ERRORS).map((field) => ({ parameter: shorten(field), message })));
  }
  return judge(body, schema);
}

function judge<Schema extends z.ZodObject>(input: unknown, schema: Schema): Validated<z.output<Schema>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  return refuse(
    parsed.error.issues
      .slice(0, MAX_ERRORS)
      .map(({ path, message }) => ({ parameter: String(path[0] ?? ''), message })),
  );
}

function refuse(errors: readonly FieldError[]): { ok: false; problem: Problem } {
  return { ok: false, problem: invalidParameters(errors) };
}

/** Names of unknown parameters are the client's text. */
function shorten(parameter: string): string {
  return parameter.length > 60 ? `${parameter.slice(0, 60)}…` : parameter;
}
