/** Parameters by name, each with all its values in their order. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

export type ParsedQuery =
  { readonly ok: true; readonly parameters: Parameters } | { readonly ok: false; readonly detail: string };

/** Far more than any of our routes knows; a longer query is a mistake or an attack. */
const MAX_PARAMETERS = 200;

/**
 * Reads `a=1&b=2` strictly: what isn't percent-encoded UTF-8 is refused, where URLSearchParams would put U+FFFD in its
 * place and answer another question than was asked. No nesting: `a[b]` is a name like any other.
 */
export function parseQuery(url: string): ParsedQuery {
  const start = url.indexOf('?');
  const parameters = new Map<string, string[]>();
  if (start === -1) return { ok: true, parameters };
  const parts = url
    .slice(start + 1)
    .split('&')
    .filter((part) => part !== '');
  if (parts.length > MAX_PARAMETERS) {
    return { ok: false, detail: `${parts.length} query parameters; at most ${MAX_PARAMETERS} are read` };
  }
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? '' : decode(part.slice(equals + 1));
    if (name === undefined || value === undefined) {
      return { ok: false, detail: 'the query is not percent-encoded UTF-8' };
    }
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return { ok: true, parameters };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
