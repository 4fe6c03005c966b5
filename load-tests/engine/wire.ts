/** What a charge point hears. `null` in `id`: an answer to nothing that it could be matched with. */
export type Heard =
  | { readonly kind: 'accepted'; readonly id: string }
  | {
      readonly kind: 'refused';
      readonly id: string;
      readonly reason: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'call'; readonly id: string }
  | { readonly kind: 'noise'; readonly text: string };

/** How a charge point speaks. */
export interface Wire {
  readonly protocols: readonly string[];
  path(chargePointId: string): string;
  /** Whose password is shown; null: a key is. */
  shows(chargePointId: string): string | null;
  /** null: this protocol has no boot. */
  boot(id: string): string | null;
  reading(id: string, chargePointId: string, payload: string): string;
  /** To what the server calls. */
  decline(id: string): string;
  read(text: string): Heard;
}

const CALL = 2;
const CALLRESULT = 3;
const CALLERROR = 4;

const ocpp16: Wire = {
  protocols: ['ocpp1.6'],
  path: (chargePointId) => `/ocpp/${encodeURIComponent(chargePointId)}`,
  shows: (chargePointId) => chargePointId,
  boot: (id) =>
    `[2,"${id}","BootNotification",{"chargePointVendor":"meterpulse","chargePointModel":"load test"}]`,
  reading: (id, _, payload) => `[2,"${id}","MeterValues",${payload}]`,
  decline: (id) => JSON.stringify([CALLERROR, id, 'NotImplemented', '', {}]),
  read(text) {
    const frame = parsed(text);
    if (!Array.isArray(frame) || typeof frame[1] !== 'string') return noise(text);
    const [type, id, code, , details] = frame as [unknown, string, unknown, unknown, unknown];
    if (type === CALL) return { kind: 'call', id };
    if (type === CALLRESULT) return { kind: 'accepted', id };
    if (type !== CALLERROR) return noise(text);
    const reason = typeof code === 'string' ? code : 'CALLERROR';
    return { kind: 'refused', id, reason, retryAfterMs: numberIn(details, 'retryAfterMs') };
  },
};

const json: Wire = {
  protocols: [],
  path: () => '/ingest',
  shows: () => null,
  boot: () => null,
  reading: (id, chargePointId, payload) =>
    `{"id":"${id}","chargePointId":${JSON.stringify(chargePointId)},"payload":${payload}}`,
  decline: (id) => JSON.stringify({ id }),
  read(text) {
    const answer = parsed(text);
    if (typeof answer !== 'object' || answer === null) return noise(text);
    const { id, status } = answer as { id?: unknown; status?: unknown };
    if (typeof id !== 'string' || typeof status !== 'string') return noise(text);
    if (status === 'accepted') return { kind: 'accepted', id };
    return { kind: 'refused', id, reason: status, retryAfterMs: numberIn(answer, 'retryAfterMs') };
  },
};

export const WIRES = { 'ocpp1.6': ocpp16, json } as const;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noise(text: string): Heard {
  return { kind: 'noise', text };
}

function numberIn(object: unknown, name: string): number | null {
  if (typeof object !== 'object' || object === null) return null;
  const value = (object as Record<string, unknown>)[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
