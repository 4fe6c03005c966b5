/** What one charge point sends in the four hours: its MeterValues messages and the second at which each leaves. */
import type { Random } from '../helpers/seeded-random.js';
import type { ChargePointProfile } from './charge-point-profiles.js';
import { DURATION, planSessions, simulateConnector, type Session } from './charging-simulation.js';
import { meterValue, type MeterValue } from './meter-value.js';

/** First instant of the sample. */
export const START = Date.parse('2026-03-10T06:00:00Z');
/** Entries in a message that empties an offline queue. */
export const QUEUE_ENTRIES = 12;

export interface MeterValuesRequest {
  readonly connectorId: number;
  readonly transactionId?: number;
  readonly meterValue: readonly MeterValue[];
}

export interface Message {
  readonly chargePointId: string;
  /** Seconds since {@link START}. */
  readonly sentAt: number;
  /** A periodic sample that could have been lost on the way; the others always arrive. */
  readonly expendable: boolean;
  readonly payload: MeterValuesRequest;
}

interface Sample {
  readonly second: number;
  readonly context: string;
  readonly session: Session | undefined;
}

export function chargePointMessages(random: Random, profile: ChargePointProfile): Message[] {
  const messages: Message[] = [];
  for (let connectorId = 1; connectorId <= profile.connectors; connectorId++) {
    const sessions = planSessions(random, profile.peakWatts, profile.fast);
    const installedWh = Math.floor(random() * 9_000_000);
    const stateAt = simulateConnector(random, sessions, installedWh, profile.fast);
    const instant = (sample: Sample): MeterValue =>
      meterValue(
        random,
        profile,
        { timeMs: START + sample.second * 1000, context: sample.context },
        stateAt(sample.second),
      );
    for (const session of sessions) {
      messages.push(...sessionMessages(random, profile, connectorId, session, instant));
    }
    for (const sample of clockSamples(profile, sessions)) {
      messages.push(message(profile, connectorId, sample.second + 1, sample.session, [instant(sample)]));
    }
  }
  return messages;
}

function sessionMessages(
  random: Random,
  profile: ChargePointProfile,
  connectorId: number,
  session: Session,
  instant: (sample: Sample) => MeterValue,
): Message[] {
  const messages: Message[] = [];
  const once = (second: number, context: string): void => {
    if (second < 0 || second >= DURATION) return;
    messages.push(
      message(profile, connectorId, second + 1, session, [instant({ second, context, session })]),
    );
  };
  once(session.begin, 'Transaction.Begin');
  once(session.end, 'Transaction.End');
  if (session.interruption !== null) {
    once(session.interruption[0], 'Interruption.Begin');
    once(session.interruption[1], 'Interruption.End');
  }
  const asked = Math.floor(session.begin + random() * (session.end - session.begin));
  if (random() < 0.3) once(asked, random() < 0.8 ? 'Trigger' : 'Other');

  const samples: Sample[] = [];
  for (let second = session.begin + profile.interval; second < session.end; second += profile.interval) {
    if (second >= 0 && second < DURATION) samples.push({ second, context: 'Sample.Periodic', session });
  }
  const queues = profile.flaky ? Math.min(6, Math.floor(samples.length / QUEUE_ENTRIES) - 1) : 0;
  const offlineFrom = Math.floor(random() * (samples.length - queues * QUEUE_ENTRIES));
  const offlineTo = offlineFrom + Math.max(0, queues) * QUEUE_ENTRIES;
  const back = samples[offlineTo]?.second ?? session.end;
  for (let at = 0; at < samples.length;) {
    const queued = at >= offlineFrom && at < offlineTo;
    const group = samples.slice(at, at + (queued ? QUEUE_ENTRIES : 1));
    at += group.length;
    const sentAt = queued ? back : (group[0]?.second ?? 0) + 1;
    messages.push({
      ...message(profile, connectorId, sentAt, session, group.map(instant)),
      expendable: !queued,
    });
  }
  return messages;
}

function clockSamples(profile: ChargePointProfile, sessions: readonly Session[]): Sample[] {
  const samples: Sample[] = [];
  if (profile.clockInterval === 0) return samples;
  for (let second = 0; second < DURATION; second += profile.clockInterval) {
    const session = sessions.find(({ begin, end }) => begin <= second && second < end);
    samples.push({ second, context: 'Sample.Clock', session });
  }
  return samples;
}

function message(
  profile: ChargePointProfile,
  connectorId: number,
  sentAt: number,
  session: Session | undefined,
  meterValues: readonly MeterValue[],
): Message {
  const transactionId =
    profile.transactionId === 'zero'
      ? 0
      : profile.transactionId === 'absent' || session === undefined
        ? undefined
        : session.transactionId;
  return {
    chargePointId: profile.id,
    sentAt,
    expendable: false,
    payload: {
      connectorId,
      ...(transactionId === undefined ? {} : { transactionId }),
      meterValue: meterValues,
    },
  };
}
