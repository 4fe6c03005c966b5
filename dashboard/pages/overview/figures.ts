import type { FleetFigures } from '../../../client/live/index.js';
import { countText, rateText, secondsText } from '../../format/figures.js';

/** One figure of the overview, ready to be drawn. */
export interface Figure {
  readonly key: string;
  readonly title: string;
  /** null: unknown. */
  readonly value: string | null;
  readonly unit?: string;
  readonly note: string;
  readonly tone?: 'warning' | 'bad' | undefined;
  /** What the sparkline follows. */
  readonly follow: (figures: FleetFigures) => number | null;
  /** A second line above the first. */
  readonly above?: (figures: FleetFigures) => number | null;
}

const NO_GATEWAY = 'no gateway reports';
const NO_WORKER = 'no worker reports';

/** What the fleet does, in the order in which a reading goes its way. */
export function figuresOf(fleet: FleetFigures): readonly Figure[] {
  return [
    connected(fleet),
    messages(fleet),
    acknowledgement(fleet),
    lag(fleet),
    readings(fleet),
    sheds(fleet),
  ];
}

function connected({ connected, chargePoints, sockets }: FleetFigures): Figure {
  const registered = chargePoints.active + chargePoints.held;
  return {
    key: 'connected',
    title: 'Connected',
    value: countText(connected),
    unit: `of ${countText(registered)}`,
    note: sockets === null ? NO_GATEWAY : `${plural(sockets, 'open socket')}, /ingest included`,
    follow: (figures) => figures.connected,
  };
}

function messages({ messagesPerSecond: { received, stored } }: FleetFigures): Figure {
  return {
    key: 'messages',
    title: 'Messages',
    value: received === null ? null : rateText(received),
    unit: '/s',
    note: received === null ? NO_GATEWAY : stored === null ? NO_WORKER : `${rateText(stored)} /s settled`,
    follow: (figures) => figures.messagesPerSecond.received,
  };
}

function acknowledgement({ acknowledgementSeconds: { p50, p99 }, gateways }: FleetFigures): Figure {
  const middle = p50 === null ? null : secondsText(p50);
  const slow = p99 === null ? null : secondsText(p99);
  const silent = gateways.alive === 0 ? NO_GATEWAY : 'nothing to acknowledge in the last minute';
  return {
    key: 'acknowledgement',
    title: 'Acknowledgement',
    value: middle?.text ?? null,
    unit: `${middle?.unit ?? ''} p50`,
    note: slow === null ? silent : `p99 ${slow.text} ${slow.unit}`,
    follow: (figures) => figures.acknowledgementSeconds.p50,
    above: (figures) => figures.acknowledgementSeconds.p99,
  };
}

/** Messages wait this long when a worker can't keep up, seconds. */
const LATE_S = 10;

function lag({ workerLag: { messages: waiting, oldestSeconds } }: FleetFigures): Figure {
  const age = oldestSeconds === null ? null : secondsText(oldestSeconds);
  const oldest =
    age === null || oldestSeconds === 0 ? 'none in hand' : `the oldest for ${age.text} ${age.unit}`;
  return {
    key: 'lag',
    title: 'Worker lag',
    value: waiting === null ? null : countText(waiting),
    unit: waiting === 1 ? 'message' : 'messages',
    note: waiting === null ? NO_WORKER : oldest,
    tone: (oldestSeconds ?? 0) > LATE_S ? 'warning' : undefined,
    follow: (figures) => figures.workerLag.messages,
  };
}

function readings({ readingsPerSecond, rollupFreshnessSeconds }: FleetFigures): Figure {
  const behind = secondsText(rollupFreshnessSeconds);
  return {
    key: 'readings',
    title: 'Readings stored',
    value: readingsPerSecond === null ? null : rateText(readingsPerSecond),
    unit: '/s',
    note:
      readingsPerSecond === null
        ? NO_WORKER
        : rollupFreshnessSeconds === 0
          ? 'aggregates have them all'
          : `aggregates ${behind.text} ${behind.unit} behind`,
    follow: (figures) => figures.readingsPerSecond,
  };
}

function sheds({ shedsPerSecond: { refusedConnections, retriedMessages } }: FleetFigures): Figure {
  const together = refusedConnections === null ? null : refusedConnections + (retriedMessages ?? 0);
  const parts = `${rateText(refusedConnections ?? 0)} connections, ${rateText(retriedMessages ?? 0)} messages`;
  return {
    key: 'sheds',
    title: 'Sent away',
    value: together === null ? null : rateText(together),
    unit: '/s',
    note: together === null ? NO_GATEWAY : together === 0 ? 'no overload' : parts,
    tone: together !== null && together > 0 ? 'bad' : undefined,
    follow: ({ shedsPerSecond }) =>
      shedsPerSecond.refusedConnections === null
        ? null
        : shedsPerSecond.refusedConnections + (shedsPerSecond.retriedMessages ?? 0),
  };
}

function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}
