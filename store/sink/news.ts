import type { SinkMessage } from '../reading-sink.js';
import type { Judged } from './count-outcomes.js';

/** The messages that told something: a new reading, a new value of one, a new waiting or signed one, a session's first Start or Stop. */
export function messagesWithNews({
  messages,
  rows,
  verdicts,
  sessions,
  signed,
}: Omit<Judged, 'rejected'>): ReadonlySet<SinkMessage> {
  const indices = new Set<number>();
  rows.forEach(({ message }, ord) => {
    const verdict = verdicts === null ? 'new' : verdicts[ord];
    if (verdict === 'new' || verdict === 'conflicting') indices.add(message);
  });
  for (const [index, { isFirst, newlyWaiting }] of sessions ?? []) {
    if (isFirst || newlyWaiting > 0) indices.add(index);
  }
  for (const { message, isNew } of signed) if (isNew) indices.add(message);
  return new Set(messages.filter((_, index) => indices.has(index)));
}
