export type ParsedMessage =
  | {
      readonly kind: 'message';
      readonly chargePointId: string;
      readonly payload: unknown;
      readonly timestamps: readonly number[];
    }
  | { readonly kind: 'fault'; readonly message: string };

/**
 * The text of a message of `/ingest`, as far as it has to be understood to send it: who it is of, and the instants by which
 * its readings are known again. All else is for the server to judge.
 */
export function parseMessage(text: string): ParsedMessage {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return {
      kind: 'fault',
      message: `This is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  if (!isObject(parsed)) return fault('A message is one object: {"chargePointId": …, "payload": …}.');
  const { chargePointId, payload } = parsed;
  if (typeof chargePointId !== 'string' || chargePointId === '') {
    return fault('chargePointId is missing: a text of 1 to 255 characters.');
  }
  if (payload === undefined) return fault('payload is missing: an OCPP 1.6 MeterValues request.');
  return { kind: 'message', chargePointId, payload, timestamps: timestampsOf(payload) };
}

function timestampsOf(payload: unknown): number[] {
  const meterValue = isObject(payload) ? payload['meterValue'] : undefined;
  if (!Array.isArray(meterValue)) return [];
  const times = meterValue.map((value: unknown) => {
    const timestamp = isObject(value) ? value['timestamp'] : undefined;
    return typeof timestamp === 'string' ? Date.parse(hasZone(timestamp) ? timestamp : `${timestamp}Z`) : NaN;
  });
  return [...new Set(times.filter(Number.isFinite))];
}

/** As the server reads it: without a zone it is UTC. */
function hasZone(timestamp: string): boolean {
  return /(?:Z|[+-]\d\d:?\d\d)$/i.test(timestamp.trim());
}

function fault(message: string): ParsedMessage {
  return { kind: 'fault', message };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
