import { RowWriter } from '../../store/copy/row-writer.js';
import type { BucketEnergy, ComputedSeries } from './compute-rollups.js';
import { EVIDENCE_FIELDS } from './energy/semantics.js';

/** What a pass computed, encoded as it comes: columns in the order of the temporary tables. */
export class RollupWriters {
  readonly buckets = new RowWriter(15);
  readonly slices = new RowWriter(10);
  readonly evidence = new RowWriter(8);

  add(seriesId: number, computed: ComputedSeries): void {
    for (const { bucketMs, count, conflicts, samples, energy, energySamples } of computed.buckets) {
      this.buckets.row().int32(seriesId).time(bucketMs).int32(count).int32(conflicts);
      this.buckets.time(samples?.first.ms ?? null).time(samples?.last.ms ?? null);
      this.buckets
        .float64(samples?.min ?? null)
        .float64(samples?.max ?? null)
        .float64(samples?.sum ?? null);
      this.buckets.float64(samples?.first.value ?? null).float64(samples?.last.value ?? null);
      writeEnergy(this.buckets, energy);
      this.buckets.int32OrNull(energy === null ? null : energySamples);
    }
    for (const { bucketMs, session, firstMs, lastMs, energy, maxPowerW, isEnded } of computed.slices) {
      this.slices.row().int32(seriesId).time(bucketMs).int64(session).time(firstMs).time(lastMs);
      writeEnergy(this.slices, energy);
      this.slices.float64(maxPowerW).boolean(isEnded);
    }
    for (const [bucketMs, evidence] of computed.evidence) {
      this.evidence.row().int32(seriesId).time(bucketMs);
      for (const field of EVIDENCE_FIELDS) this.evidence.int16(evidence[field]);
    }
  }
}

function writeEnergy(rows: RowWriter, energy: BucketEnergy | null): void {
  rows.float64(energy?.measuredWh ?? null);
  rows.float64(energy?.estimatedWh ?? null);
  rows.float64(energy?.suspectWh ?? null);
}
