/** Answers of plain JSON ingest, as a sender hears them. */
import { z } from 'zod';

export type IngestAnswer =
  | { readonly kind: 'accepted'; readonly id: string }
  | {
      readonly kind: 'rejected';
      /** null for a message in which the server couldn't find one, as when it is nested too deep. */
      readonly id: string | null;
      readonly code: string;
      readonly message: string;
      /** JSON pointer into the message. */
      readonly path: string;
    }
  /** `retryAfterMs` is null when the server named no time. */
  | { readonly kind: 'retry'; readonly id: string; readonly retryAfterMs: number | null };

/** A sender may have numbered its messages. */
const idSchema = z.union([z.string(), z.number().transform(String)]);

const answerSchema = z.discriminatedUnion('status', [
  z.object({ id: idSchema, status: z.literal('accepted') }),
  z.object({
    id: idSchema.nullable(),
    status: z.literal('rejected'),
    error: z
      .object({ code: z.string(), message: z.string().catch(''), path: z.string().catch('') })
      .optional(),
  }),
  z.object({
    id: idSchema,
    status: z.literal('retry'),
    retryAfterMs: z.number().nonnegative().optional(),
  }),
]);

/** One answer, or an array of them; what can't be understood is left out. Never throws. */
export function readIngestAnswers(text: string): readonly IngestAnswer[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const answers: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return answers.flatMap((answer): IngestAnswer[] => {
    const { data } = answerSchema.safeParse(answer);
    switch (data?.status) {
      case undefined:
        return [];
      case 'accepted':
        return [{ kind: 'accepted', id: data.id }];
      case 'rejected': {
        const { code = 'rejected', message = '', path = '' } = data.error ?? {};
        return [{ kind: 'rejected', id: data.id, code, message, path }];
      }
      case 'retry':
        return [{ kind: 'retry', id: data.id, retryAfterMs: data.retryAfterMs ?? null }];
    }
  });
}
