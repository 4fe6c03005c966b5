import { clientMessage, type ClientMessage } from './client-message.js';

export type ParsedClientMessage =
  | { readonly ok: true; readonly message: ClientMessage }
  | {
      readonly ok: false;
      /** Of the subscription that was meant, where it can be told. */
      readonly id: string | null;
      readonly message: string;
      /** JSON pointer to what is wrong; '' is the whole. */
      readonly path: string;
    };

const MAX_ID = 36;

/** Reads one text frame of a client of `/live`. Never throws. */
export function parseClientMessage(text: string): ParsedClientMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, id: null, message: 'not JSON', path: '' };
  }
  const parsed = clientMessage.safeParse(json);
  if (parsed.success) return { ok: true, message: parsed.data };
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((step) => `/${escaped(String(step))}`).join('');
  return { ok: false, id: idOf(json), message: issue?.message ?? 'not a message', path };
}

function idOf(json: unknown): string | null {
  if (typeof json !== 'object' || json === null || !('id' in json)) return null;
  const { id } = json;
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID ? id : null;
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
