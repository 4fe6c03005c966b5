import type { PushOutcome } from './push.js';

export type Answer =
  | { readonly id: string | null; readonly outcome: PushOutcome }
  | { readonly id: string; readonly retryAfterMs: number };

/** A server may not hold its clients off for longer, nor have them ask without a pause. */
const LONGEST_RETRY_MS = 60_000;
const SHORTEST_RETRY_MS = 100;

/** The answers of a frame of `/ingest`; those that can't be understood are left out. null: the frame is no JSON. */
export function readAnswers(data: unknown): readonly Answer[] | null {
  let frame: unknown;
  try {
    frame = JSON.parse(String(data));
  } catch {
    return null;
  }
  return (Array.isArray(frame) ? frame : [frame]).flatMap(readAnswer);
}

function readAnswer(answer: unknown): Answer[] {
  if (typeof answer !== 'object' || answer === null) return [];
  const { id, status, error, retryAfterMs } = answer as Readonly<Record<string, unknown>>;
  const isOfMessage = typeof id === 'string';
  if (status === 'accepted' && isOfMessage) return [{ id, outcome: { status } }];
  if (status === 'rejected' && (isOfMessage || id === null)) {
    const { code, message, path } = (error ?? {}) as Readonly<Record<string, unknown>>;
    return [
      { id, outcome: { status, error: { code: text(code), message: text(message), path: text(path) } } },
    ];
  }
  if (status !== 'retry' || !isOfMessage) return [];
  const askedMs = typeof retryAfterMs === 'number' ? retryAfterMs : 1_000;
  return [{ id, retryAfterMs: Math.min(Math.max(askedMs, SHORTEST_RETRY_MS), LONGEST_RETRY_MS) }];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
