import type { z } from 'zod';
import type { OcppErrorCode } from '../ocpp-error-codes.js';

export interface Violation {
  readonly code: OcppErrorCode;
  readonly description: string;
}

/** The error code of OCPP-J 1.6 (section 4.2.3) for a request that its schema refused: the first fault decides. */
export function violationOf(error: z.ZodError, payload: unknown): Violation {
  const issue = error.issues[0];
  if (issue === undefined || issue.path.length === 0) {
    return { code: 'FormationViolation', description: 'the payload is not an object' };
  }
  const field = issue.path.join('.');
  const description = `${field}: ${issue.message}`;
  if (issue.code !== 'invalid_type') return { code: 'PropertyConstraintViolation', description };
  return isPresent(payload, issue.path)
    ? { code: 'TypeConstraintViolation', description }
    : { code: 'OccurenceConstraintViolation', description: `${field} is required` };
}

function isPresent(payload: unknown, path: readonly PropertyKey[]): boolean {
  let value = payload;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return true;
}
