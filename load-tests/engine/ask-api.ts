import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { SecureContext } from 'node:tls';

const TIMEOUT_MS = 30_000;

/** Connections of a thread to the API, which are kept. `fetch` knows no authorities of one's own. */
export function apiAgent(url: string | null, secureContext: SecureContext | undefined): PlainAgent {
  const isSecure = url?.startsWith('https:') === true;
  if (!isSecure) return new PlainAgent({ keepAlive: true });
  return new SecureAgent({ keepAlive: true, ...(secureContext === undefined ? {} : { secureContext }) });
}

/** Resolves with the status once the answer has been read to its end. Rejects when there is none within 30 s. */
export function askApi(url: string, agent: PlainAgent, authorization: string | undefined): Promise<number> {
  const send = agent instanceof SecureAgent ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const asked = send(url, {
      agent,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: authorization === undefined ? {} : { authorization },
    });
    asked.once('error', reject);
    asked.once('response', (answer) => {
      answer.once('error', reject);
      answer.once('end', () => resolve(answer.statusCode ?? 0));
      answer.resume();
    });
    asked.end();
  });
}
