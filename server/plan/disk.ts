import { COEFFICIENTS as C, type CoefficientName } from './coefficients.js';
import { itemsOf, round, type PlanItem } from './plan-item.js';
import { RULES } from './rules.js';
import { WAL_COEFFICIENTS, walPerDay } from './wal.js';
import { DAY_MS, type Traffic, type Workload } from './workload.js';

const GIB = 1_073_741_824;
const MIB = 1_048_576;
const MINUTES_A_DAY = 1_440;

export function diskOf(workload: Workload, traffic: Traffic): PlanItem[] {
  const { fullDisk, walMinutes, leastWal, baseBackups } = RULES;
  const kafka = kafkaItem(workload, traffic);
  const data = dataItems(workload, traffic);
  const written = walPerDay(traffic);
  const wal = Math.max(leastWal, ((written * walMinutes) / MINUTES_A_DAY) * workload.peakFactor);
  const stored = data.reduce((sum, { value }) => sum + value, 0);
  const server = (stored + wal) / fullDisk;
  const backups = stored * baseBackups + (written * workload.backupRetentionMs) / DAY_MS;
  const gib = (bytes: number): string => `${round(bytes / GIB)} GiB`;
  const item = itemsOf('disk');
  return [
    kafka,
    ...data,
    item(
      'write-ahead log on a server',
      wal,
      'bytes',
      `${gib(written)} a day: ${walMinutes} minutes of it at peak, at least ${gib(leastWal)}`,
      WAL_COEFFICIENTS,
    ),
    item(
      'PostgreSQL, each server',
      server,
      'bytes',
      `all from readings on, ${gib(stored + wal)} / ${fullDisk}`,
    ),
    item(
      'PostgreSQL, all servers',
      server * (1 + workload.replicas),
      'bytes',
      `x ${1 + workload.replicas} servers`,
    ),
    item(
      'backups',
      backups,
      'bytes',
      `${baseBackups} base backups of ${gib(stored)} and ${workload.backupRetentionMs / DAY_MS} days of write-ahead log, not compressed`,
      WAL_COEFFICIENTS,
    ),
  ];
}

function kafkaItem({ logRetentionMs, replication }: Workload, traffic: Traffic): PlanItem {
  const bytes = traffic.messageBytes + RULES.recordBytes;
  const value = (traffic.messagesPerSecond * bytes * replication * logRetentionMs) / 1_000 / RULES.fullDisk;
  const formula = `${round(traffic.messagesPerSecond)} messages/s x ${round(bytes)} bytes x ${logRetentionMs / DAY_MS} days x ${replication} replicas / ${RULES.fullDisk}`;
  return itemsOf('disk')('Kafka, all brokers', value, 'bytes', formula);
}

function dataItems(workload: Workload, traffic: Traffic): PlanItem[] {
  const { readingsKept, bucketsPerDay, series, readingsPerSecond } = traffic;
  const days = workload.aggregateRetentionMs / DAY_MS;
  const hoursADay = Math.min(24, bucketsPerDay / series);
  const coarse = series * (hoursADay + 1);
  const slices = Math.min(bucketsPerDay, series * workload.sessions * RULES.quartersOfSession);
  const told = readingsPerSecond * C.feedBytesPerReading.value * RULES.feedHours * 3_600;
  const item = itemsOf('disk');
  const aggregates = (name: string, rows: number, coefficient: CoefficientName): PlanItem => {
    const bytes = C[coefficient].value;
    const formula = `${round(rows)} a day x ${bytes} bytes x ${round(days)} days`;
    return item(name, rows * bytes * days, 'bytes', formula, [coefficient]);
  };
  return [
    item(
      'readings',
      readingsKept * C.rawBytesPerReading.value,
      'bytes',
      `${round(readingsKept)} readings x ${C.rawBytesPerReading.value} bytes (${workload.retentionMs / DAY_MS} days)`,
      ['rawBytesPerReading'],
    ),
    aggregates('aggregates of 15 minutes', bucketsPerDay, 'rollup15mBytesPerRow'),
    aggregates('aggregates of hours and days', coarse, 'rollup1hBytesPerRow'),
    aggregates('slices of sessions', slices, 'rollup15mBytesPerRow'),
    item(
      'change feed',
      Math.min(RULES.feedMaxMiB * MIB, told),
      'bytes',
      `${round(readingsPerSecond)} readings/s x ${C.feedBytesPerReading.value} bytes x ${RULES.feedHours} h, at most FEED_MAX_MB`,
      ['feedBytesPerReading'],
    ),
    item(
      'dictionary and newest values',
      series * C.bytesPerSeries.value,
      'bytes',
      `${round(series)} series x ${C.bytesPerSeries.value} bytes`,
      ['bytesPerSeries'],
    ),
  ];
}
