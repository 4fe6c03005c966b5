import { z } from 'zod';
import { LIVE_KINDS } from './change.js';
import { parseChangeId, type ChangeId } from './change-id.js';

/** Ids of subscriptions, at most as long as those of messages elsewhere. */
const MAX_ID = 36;
const MAX_NAME = 255;
/** Names in one list of a filter. Who wants more of them wants a site, or all. */
const MAX_NAMES = 1_000;

/** Of a token or key, characters. */
const MAX_TOKEN = 8_192;

const names = () => z.array(z.string().min(1).max(MAX_NAME)).min(1).max(MAX_NAMES);

/** A change is of the filter when it is of each list that is given. */
export const liveFilter = z.strictObject({
  chargePointIds: names().optional(),
  /** Of the charge point; '' is those without one. */
  sites: z.array(z.string().max(MAX_NAME)).min(1).max(MAX_NAMES).optional(),
  /** Of readings; a charge point's change has none and passes. */
  measurands: names().optional(),
  /** Default: reading and chargePoint. */
  kinds: z.array(z.enum(LIVE_KINDS)).min(1).optional(),
});
export type LiveFilter = z.output<typeof liveFilter>;

const changeId = z.string().transform((text, context): ChangeId => {
  const parsed = parseChangeId(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'not a changeId: position.index as a message had it' });
  return z.NEVER;
});

const subscribe = z.strictObject({
  type: z.literal('SUBSCRIBE'),
  /** Names the subscription in every message that belongs to it; unique within the socket. */
  id: z.string().min(1).max(MAX_ID),
  filter: liveFilter.default({}),
  /** Go on after this change. Absent: begin with a snapshot. */
  changeId: changeId.optional(),
  /** false: begin now, without what is there already. Of no meaning beside a changeId that is still known. Default true. */
  snapshot: z.boolean().default(true),
  /** UPDATE tells, in oldData and newData, the fields that differ and those that name the row. Default false. */
  changedOnly: z.boolean().default(false),
});
const unsubscribe = z.strictObject({ type: z.literal('UNSUBSCRIBE'), id: z.string().min(1).max(MAX_ID) });
/** Shows anew who asks, before the session ends. */
const renew = z.strictObject({ type: z.literal('RENEW'), token: z.string().min(1).max(MAX_TOKEN) });

export const clientMessage = z.discriminatedUnion('type', [subscribe, unsubscribe, renew]);
export type ClientMessage = z.output<typeof clientMessage>;
export type Subscribe = z.output<typeof subscribe>;
