import { Agent, request } from 'node:http';

/** One connection that is kept open, one request at a time. */
export class TimedRequests implements Disposable {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly port: number) {}

  /** @returns the body, and milliseconds from sending to its last byte. Rejects when the status is not 200. */
  async get(
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ text: string; ms: number }> {
    const startedAt = performance.now();
    const text = await new Promise<string>((resolve, reject) => {
      request({ port: this.port, host: '127.0.0.1', path, agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(body);
          else reject(new Error(`${response.statusCode} of ${path}: ${body.slice(0, 500)}`));
        });
      })
        .on('error', reject)
        .end();
    });
    return { text, ms: performance.now() - startedAt };
  }

  [Symbol.dispose](): void {
    this.agent.destroy();
  }
}
