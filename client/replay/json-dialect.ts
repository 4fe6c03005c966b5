import { ingestUrl } from '../wire/gateway-url.js';
import { readIngestAnswers } from '../wire/ingest-answer.js';
import type { Dialect, Incoming } from './dialect.js';

/** Plain JSON on `/ingest`: one socket carries many charge points. A message's id is the row's number in the sheet. */
export const jsonDialect: Dialect = {
  name: 'json',
  subprotocol: undefined,
  window: undefined,
  socketPerChargePoint: false,

  url: (base) => ingestUrl(base),

  greeting: () => null,

  encode({ rowNumber, chargePointId, payload }) {
    const id = `row-${rowNumber}`;
    // The payload's own text: parsing and writing it anew would change numbers and repeated keys.
    const frame = `{"id":"${id}","chargePointId":${JSON.stringify(chargePointId)},"payload":${payload}}`;
    return { id, frame };
  },

  decode: (text) =>
    readIngestAnswers(text).map((answer): Incoming => {
      switch (answer.kind) {
        case 'accepted':
          return answer;
        case 'rejected': {
          const { id, code } = answer;
          return id === null ? { kind: 'nameless', code } : { kind: 'rejected', id, code };
        }
        case 'retry':
          return { kind: 'retry', id: answer.id, afterMs: answer.retryAfterMs };
      }
    }),
};
