import http from 'node:http';

export interface SlowExport {
  readonly status: number;
  /** Bytes taken so far. */
  received(): number;
  /** Takes the rest; resolves with the whole text, rejects when the connection broke. */
  rest(): Promise<string>;
  /** Hangs up. */
  leave(): void;
  /** Resolves with the error's code (or `aborted`) when the server breaks the connection off. */
  readonly broken: Promise<string>;
}

/** An export of which nothing is taken beyond the first bytes, until told. */
export function openExport(url: string, accept: string): Promise<SlowExport> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { accept }, agent: false });
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const broken = new Promise<string>((settle) => {
        response.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
      });
      request.removeListener('error', reject).on('error', () => undefined);
      response.once('data', () => response.pause());
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
      });
      resolve({
        status: response.statusCode ?? 0,
        received: () => bytes,
        rest: () =>
          new Promise((done, failed) => {
            response.once('end', () => done(Buffer.concat(chunks).toString('utf8')));
            response.once('error', failed);
            response.resume();
          }),
        leave: () => request.destroy(),
        broken,
      });
    });
  });
}
