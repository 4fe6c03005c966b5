import { exchangeRaw } from '../../integration/fuzz/raw-exchange.js';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; of a name that comes twice all values, with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly text: string;
}

/** Sends bytes as they are, which no client library would, and listens until the server ends the connection. */
export async function askRaw(port: number, text: string | Buffer): Promise<RawAnswer> {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  return rawAnswer((await exchangeRaw(port, [bytes], () => false)).toString('utf8'));
}

/** A request of one line and some headers. */
export function request(line: string, headers: readonly string[] = [], body = ''): string {
  return [`${line} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...headers, '', body].join('\r\n');
}

function rawAnswer(text: string): RawAnswer {
  const at = text.indexOf('\r\n\r\n');
  const [line = '', ...lines] = text.slice(0, at).split('\r\n');
  const headers: Record<string, string> = {};
  for (const each of lines) {
    const colon = each.indexOf(':');
    const name = each.slice(0, colon).toLowerCase();
    const value = each.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name] ?? ''}, ${value}` : value;
  }
  return { status: Number(line.split(' ')[1]), headers, body: text.slice(at + 4), text };
}
