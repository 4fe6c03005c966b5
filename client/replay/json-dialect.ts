import { isNestedTooDeep, MAX_JSON_DEPTH } from '../../protocol/json-depth.js';
import { ingestUrl } from '../wire/gateway-url.js';
import { readIngestAnswers } from '../wire/ingest-answer.js';
import type { Dialect, Incoming } from './dialect.js';

/** Plain JSON on `/ingest`: one socket carries many charge points. */
export const jsonDialect: Dialect = {
  name: 'json',
  subprotocol: undefined,
  window: undefined,
  socketPerChargePoint: false,

  canAddress: () => true,

  url: (base) => ingestUrl(base),

  greeting: () => null,

  encode({ id, chargePointId, payload, isJson }) {
    // Its own text: parsing and writing it anew would change numbers and repeated keys. What would make the whole frame
    // unreadable goes as a text in it, so that the server knows whose it is, and keeps it.
    const readable = isJson && !isNestedTooDeep(payload, MAX_JSON_DEPTH - 1);
    const body = readable ? payload : JSON.stringify(payload);
    return { id, frame: `{"id":"${id}","chargePointId":${JSON.stringify(chargePointId)},"payload":${body}}` };
  },

  decode: (text) =>
    readIngestAnswers(text).map((answer): Incoming => {
      switch (answer.kind) {
        case 'accepted':
          return answer;
        case 'rejected': {
          const { id, code, message: reason } = answer;
          return id === null ? { kind: 'nameless', code, reason } : { kind: 'rejected', id, code, reason };
        }
        case 'retry':
          return { kind: 'retry', id: answer.id, afterMs: answer.retryAfterMs };
      }
    }),
};
