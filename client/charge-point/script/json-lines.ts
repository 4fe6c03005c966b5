import type { ClientEvent } from '../station/events.js';
import { rounded, type TallySums } from '../station/tally.js';
import type { ScriptResult } from './run-script.js';

/** An event as one JSON line for programs; null for what only people want to know. */
export function jsonLine(event: ClientEvent): string | null {
  switch (event.type) {
    case 'connected': {
      const { url, chargePointId, ms } = event;
      return line('connected', { url, chargePointId, ms: rounded(ms) });
    }
    case 'connectionFailed': {
      const { url, cause, retryInMs } = event;
      return line('connectionFailed', { url, message: cause.message, retryInMs });
    }
    case 'refused': {
      const { url, status, detail } = event;
      return line('refused', { url, status, detail });
    }
    case 'closed': {
      const { code, reason, wanted, waiting } = event;
      return line('closed', { code, reason, wanted, waiting });
    }
    case 'queued': {
      const { id, message } = event.exchange;
      return line('queued', { id, action: message.action, waiting: event.waiting });
    }
    case 'answered': {
      const { exchange, answer } = event;
      const { latencyMs, verdict, code, description, path, payload } = answer;
      const { id, attempt, message } = exchange;
      const ms = latencyMs === null ? null : rounded(latencyMs);
      const why = verdict === 'accepted' ? {} : { code, description, path };
      return line('answer', { id, action: message.action, verdict, attempt, latencyMs: ms, ...why, payload });
    }
    case 'retry': {
      const { exchange, latencyMs, code, description, againInMs } = event;
      const { id, attempt, message } = exchange;
      const told = { code, description, againInMs };
      return line('retry', { id, action: message.action, attempt, latencyMs: rounded(latencyMs), ...told });
    }
    case 'silent': {
      const { id, attempt, message } = event.exchange;
      return line('silent', { id, action: message.action, attempt, afterMs: event.afterMs });
    }
    case 'called': {
      const { action, payload, answeredBy } = event;
      return line('called', { action, payload, answeredBy });
    }
    case 'unexpected':
      return line('unexpected', { text: event.text });
    case 'facts':
      return line(event.title, { facts: Object.fromEntries(event.facts) });
    case 'connecting':
    case 'frame':
    case 'note':
    case 'problem':
    case 'help':
    case 'changed':
      return null;
  }
}

/** The last line: whether it went well, and the sums. */
export function endLine({ ok, commands, failed }: ScriptResult, sums: TallySums, waiting: number): string {
  return line('end', { ok, commands, failed, ...sums, waiting });
}

function line(event: string, fields: object): string {
  return JSON.stringify({ event, ...fields });
}
