import { Connection } from '../../client/transport/connection.js';
import type { CredentialFiles } from '../../client/transport/credential-files.js';
import type { Credentials } from '../../client/transport/credentials.js';
import { Turnstile } from '../../client/transport/turnstile.js';
import { refusalOf } from './refusal-of.js';

const TIMEOUT_MS = 5_000;

/** Throws one line when the live feed opens, and doesn't let these credentials subscribe. */
export async function hearLiveFeed(
  liveUrl: string,
  files: CredentialFiles,
  credentials: Credentials,
): Promise<void> {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  const failed = new AbortController();
  const reasons: string[] = [];
  const connection = new Connection({
    url: `${liveUrl}/live`,
    subprotocol: undefined,
    authorization: credentials.authorization(null),
    secureContext: credentials.secureContext(null),
    backoff: { baseMs: 0, capMs: 0 },
    random: Math.random,
    handshakes: new Turnstile(1),
    onContact: () => undefined,
    onFailure: ({ message }) => {
      reasons.push(message);
      failed.abort();
    },
  });
  const answer = new Promise<string>((resolve) => {
    void connection
      .open(
        {
          onText: (text) => {
            if (/"(STATUS|ERROR)"/.test(text)) resolve(text);
          },
          onClose: (code) => resolve(`closed: ${code}`),
        },
        AbortSignal.any([late, failed.signal]),
      )
      .then((opened) => {
        if (opened.kind !== 'open') {
          resolve(opened.kind === 'refused' ? String(opened.status) : reasons.join());
          return;
        }
        const filter = { kinds: ['reading'], chargePointIds: ['LOAD-REACHED'] };
        opened.socket.send(JSON.stringify({ type: 'SUBSCRIBE', id: 's', filter, snapshot: false }));
        const end = (): void => opened.socket.terminate();
        late.addEventListener('abort', end, { once: true });
        void answer.then(end);
      });
  });
  const text = await answer;
  if (text.includes('"forbidden"'))
    throw new Error(`a live feed at ${liveUrl} ${refusalOf('live', 403, files) ?? 'forbids to subscribe'}`);
  if (!text.includes('"STATUS"'))
    throw new Error(
      `no answer of a live feed at ${liveUrl}: ${text.slice(0, 200) || `nothing within ${TIMEOUT_MS / 1_000} s`}`,
    );
}
