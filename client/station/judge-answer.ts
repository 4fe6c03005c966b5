import type { Answer } from './message.js';
import type { HeardError } from './outbox-parts.js';

type Payload = Readonly<Record<string, unknown>>;

/**
 * What a CALLRESULT means: a request can be answered in good form and yet be turned down, by the status of its action
 * (Boot, DataTransfer) or of the idTag (Authorize, Start, Stop).
 */
export function judgeResult(payload: Payload, latencyMs: number): Answer {
  const tag = payload['idTagInfo'];
  const ofTag = typeof tag === 'object' && tag !== null && 'status' in tag;
  const status = ofTag ? tag.status : payload['status'];
  const accepted = typeof status !== 'string' || status === 'Accepted';
  return {
    verdict: accepted ? 'accepted' : 'rejected',
    taken: true,
    latencyMs,
    code: accepted ? '' : status,
    description: accepted || !ofTag ? '' : 'says the idTagInfo',
    path: '',
    payload,
  };
}

/** What a CALLERROR means that will never become a result. */
export function judgeError({ code, description, path }: HeardError, latencyMs: number): Answer {
  return { verdict: 'rejected', taken: false, latencyMs, code, description, path, payload: {} };
}

/** The end of a message to which the server said nothing. */
export function withoutAnswer(verdict: Answer['verdict'], code: string, description: string): Answer {
  return { verdict, taken: false, latencyMs: null, code, description, path: '', payload: {} };
}

/** What is worth telling of an accepted answer; '' when there is nothing. `now` in ms since 1970 UTC. */
export function describeResult(action: string, payload: Payload, now: number): string {
  const parts: string[] = [];
  const { currentTime, interval } = payload;
  if (typeof interval === 'number') parts.push(`heartbeat every ${interval} s`);
  if (typeof currentTime === 'string') parts.push(describeClock(currentTime, now));
  if (parts.length > 0 || action === 'StartTransaction') return parts.join(', ');
  const rest = Object.keys(payload).filter((name) => name !== 'idTagInfo' && name !== 'status');
  return rest.length === 0 ? '' : JSON.stringify(payload);
}

/** The server's clock against ours, as far as a network lets it be told. */
function describeClock(currentTime: string, now: number): string {
  const ms = Date.parse(currentTime);
  if (Number.isNaN(ms)) return `server time ${currentTime}`;
  const ahead = Math.round(ms - now);
  if (Math.abs(ahead) < 1_000) return `server time ${currentTime}`;
  return `server time ${currentTime}: ${Math.abs(ahead / 1_000).toFixed(1)} s ${ahead > 0 ? 'ahead of' : 'behind'} ours`;
}
