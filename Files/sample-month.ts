/** Charging days of a fleet, message by message: more than a workbook holds, so made one day at a time. */
import { seededRandom } from '../helpers/seeded-random.js';
import { makeChargePoints, type ChargePointProfile } from './charge-point-profiles.js';
import { Connector, type ConnectorDay, type Stay } from './charging-day.js';
import { meterValue } from './meter-value.js';
import type { MeterValuesRequest } from './meter-values-messages.js';

const SEED = 20_240_101;
/** Steps through the profiles so that few charge points are as mixed as many. */
const STRIDE = 20;

export interface SampleMessage {
  readonly chargePointId: string;
  readonly timeMs: number;
  readonly payload: MeterValuesRequest;
}

export interface FleetOptions {
  readonly chargePoints: number;
  /** Seconds between the samples of a session. */
  readonly intervalS: number;
}

/** The same options give the same messages, whichever days are asked for. */
export class Fleet {
  private readonly connectors: readonly FleetConnector[];

  constructor(private readonly options: FleetOptions) {
    const profiles = makeChargePoints(seededRandom(SEED));
    this.connectors = Array.from({ length: options.chargePoints }, (_, index) => {
      const profile = profiles[(index * STRIDE) % profiles.length];
      return profile === undefined ? [] : connectorsOf(profile, index);
    }).flat();
  }

  get chargePointIds(): string[] {
    return [...new Set(this.connectors.map(({ profile }) => profile.id))];
  }

  /** What is sent on a charging day (`dayNumber`), in the order of time. */
  day(number: number): SampleMessage[] {
    const messages = this.connectors.flatMap((each) => this.connectorDay(each, each.connector.day(number)));
    return messages.sort((a, b) => a.timeMs - b.timeMs);
  }

  private connectorDay({ profile, connectorId }: FleetConnector, day: ConnectorDay): SampleMessage[] {
    const messages: SampleMessage[] = [];
    const send = (timeMs: number, context: string, stay: Stay | undefined): void => {
      const entry = meterValue(day.random, profile, { timeMs, context }, day.stateAt(timeMs));
      const transactionId = transactionOf(profile, stay);
      messages.push({
        chargePointId: profile.id,
        timeMs,
        payload: { connectorId, ...transactionId, meterValue: [entry] },
      });
    };
    for (const stay of day.stays) {
      send(stay.begin, 'Transaction.Begin', stay);
      const step = this.options.intervalS * 1000;
      for (let at = stay.begin + step; at < stay.end; at += step) send(at, 'Sample.Periodic', stay);
      send(stay.end, 'Transaction.End', stay);
    }
    if (profile.clockInterval === 0) return messages;
    for (let at = day.begin; at < day.end; at += profile.clockInterval * 1000) {
      send(
        at,
        'Sample.Clock',
        day.stays.find(({ begin, end }) => begin <= at && at < end),
      );
    }
    return messages;
  }
}

interface FleetConnector {
  readonly profile: ChargePointProfile;
  readonly connectorId: number;
  readonly connector: Connector;
}

/** Ids of their own: the sample workbook's charge points have registers of their own, too. */
function connectorsOf(like: ChargePointProfile, index: number): FleetConnector[] {
  const profile = { ...like, id: `SEED-${String(index + 1).padStart(3, '0')}` };
  return Array.from({ length: profile.connectors }, (_, at) => ({
    profile,
    connectorId: at + 1,
    connector: new Connector(profile, at + 1),
  }));
}

function transactionOf(
  { transactionId }: ChargePointProfile,
  stay: Stay | undefined,
): { readonly transactionId?: number } {
  if (transactionId === 'zero') return { transactionId: 0 };
  return transactionId === 'absent' || stay === undefined ? {} : { transactionId: stay.transactionId };
}
