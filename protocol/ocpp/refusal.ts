import { OCPP_ERRORS, type OcppError, type OcppVersionName } from '../ocpp-error-codes.js';
import { callError } from '../ocpp-j.js';

/** A CALLERROR as the version spells it. */
export function refusal(
  version: OcppVersionName,
  messageId: string | null,
  error: OcppError,
  description: string,
  details?: object,
): string {
  return callError(messageId, OCPP_ERRORS[error][version], description, details);
}
