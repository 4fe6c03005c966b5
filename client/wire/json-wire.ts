import { ingestUrl } from './gateway-url.js';
import { readIngestAnswers } from './ingest-answer.js';
import type { Heard, Wire } from './wire.js';

/** Plain JSON on `/ingest`: readings and nothing else. */
export const jsonWire: Wire = {
  name: 'json',
  subprotocol: undefined,
  hasCalls: false,
  url: (base) => ingestUrl(base),

  encode: ({ id, chargePointId, payload }) =>
    `{"id":${JSON.stringify(id)},"chargePointId":${JSON.stringify(chargePointId)},"payload":${payload}}`,

  decode(text): readonly Heard[] {
    const answers = readIngestAnswers(text).map((answer): Heard => {
      switch (answer.kind) {
        case 'accepted':
          return { kind: 'result', id: answer.id, payload: {} };
        case 'rejected': {
          const { id, code, message, path } = answer;
          return { kind: 'error', id, code, description: message, path, passing: false, retryAfterMs: null };
        }
        case 'retry': {
          const { id, retryAfterMs } = answer;
          const description = 'it can not be taken now';
          return { kind: 'error', id, code: 'retry', description, path: '', passing: true, retryAfterMs };
        }
      }
    });
    return answers.length === 0 ? [{ kind: 'noise' }] : answers;
  },

  answer: () => null,
  refuse: () => null,
  expectsAnswer: () => true,
};
