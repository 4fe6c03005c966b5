/** Where in the dashboard somebody is: pages by their path, what they look at by the query. */
export interface Place {
  /** Begins with '/'; its parts are percent-decoded in {@link segments}. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * Reads the part of an address after '#'. It says everything, so that the page works below any path, on any server, and so
 * that no proxy decodes the `%2F` of an id. What can't be decoded stands as it is.
 */
export function parseLocation(hash: string): Place {
  const text = hash.startsWith('#') ? hash.slice(1) : hash;
  const cut = text.indexOf('?');
  const rawPath = cut === -1 ? text : text.slice(0, cut);
  const path = `/${withoutOuterSlashes(rawPath)}`;
  return {
    path,
    segments: path.split('/').filter(Boolean).map(decode),
    query: new URLSearchParams(cut === -1 ? '' : text.slice(cut + 1)),
  };
}

function withoutOuterSlashes(text: string): string {
  let start = 0;
  let end = text.length;
  while (text[start] === '/') start++;
  while (end > start && text[end - 1] === '/') end--;
  return text.slice(start, end);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The address of a page, as a link has it: `link(['charge-points', 'Depot/7'])` -> `#/charge-points/Depot%2F7`. */
export function link(segments: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return `#/${segments.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}
