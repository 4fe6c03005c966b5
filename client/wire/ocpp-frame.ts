/** OCPP-J frames as a charge point hears them from its central system. */
import { z } from 'zod';

export type OcppFrame =
  /** The central system asks for something. */
  | { readonly kind: 'call'; readonly id: string; readonly action: string; readonly payload: unknown }
  | { readonly kind: 'result'; readonly id: string; readonly payload: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'error';
      readonly id: string;
      readonly code: string;
      readonly description: string;
      /** Whether the server may get over it by itself, so that the same message may be taken later. */
      readonly passing: boolean;
      /** ms after which to send again; null when the server named no time. */
      readonly retryAfterMs: number | null;
    };

/** What the server may get over by itself; any other error code means that the message will never be taken. */
const PASSING = new Set(['InternalError', 'GenericError']);

const callSchema = z.tuple([z.literal(2), z.string(), z.string()], z.unknown());
const resultSchema = z.tuple([z.literal(3), z.string(), z.record(z.string(), z.unknown())], z.unknown());
const errorSchema = z.tuple([z.literal(4), z.string(), z.string()], z.unknown());
const detailsSchema = z.object({ retryAfterMs: z.number().nonnegative() });

/** null for what is no frame of OCPP-J. Never throws. */
export function readOcppFrame(text: string): OcppFrame | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  switch (Array.isArray(parsed) ? (parsed[0] as unknown) : null) {
    case 2: {
      const call = callSchema.safeParse(parsed).data;
      return call === undefined ? null : { kind: 'call', id: call[1], action: call[2], payload: call[3] };
    }
    case 3: {
      const result = resultSchema.safeParse(parsed).data;
      return result === undefined ? null : { kind: 'result', id: result[1], payload: result[2] };
    }
    case 4: {
      const error = errorSchema.safeParse(parsed).data;
      return error === undefined ? null : readError(error);
    }
    default:
      return null;
  }
}

function readError(error: z.infer<typeof errorSchema>): OcppFrame {
  const [, id, code, description, details] = error;
  return {
    kind: 'error',
    id,
    code,
    description: typeof description === 'string' ? description : '',
    passing: PASSING.has(code),
    retryAfterMs: detailsSchema.safeParse(details).data?.retryAfterMs ?? null,
  };
}
