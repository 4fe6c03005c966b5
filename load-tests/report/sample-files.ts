import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Sample } from '../measure/sample.js';
import { Merged } from './merged.js';

const histogramSchema = z.object({
  count: z.number(),
  sum: z.number(),
  max: z.number(),
  bins: z.record(z.string(), z.number()),
});
const sampleSchema = z.object({
  at: z.number(),
  counters: z.record(z.string(), z.number()),
  times: z.record(z.string(), histogramSchema),
  errors: z.record(z.string(), z.number()),
});

/** What all threads of all processes have written, merged as it grows. */
export class SampleFiles {
  /** By the second, since 1970 UTC, in which it was written. */
  readonly seconds = new Map<number, Merged>();
  readonly parts = new Map<string, Merged>();
  readonly all = new Merged();
  readonly #offsets = new Map<string, number>();

  constructor(private readonly directory: string) {}

  /** The files of acknowledged readings beside the samples. */
  static ledgersIn(directory: string): readonly string[] {
    const names = readdirSync(directory).filter((name) => name.endsWith('.ledger.ndjson'));
    return names.map((name) => join(directory, name));
  }

  /** Takes in the whole lines that are new. */
  read(): void {
    for (const name of readdirSync(this.directory)) {
      if (!name.endsWith('.samples.ndjson')) continue;
      for (const line of this.#newLines(name)) this.#add(name.slice(0, name.indexOf('.')), line);
    }
  }

  part(name: string): Merged {
    return this.parts.get(name) ?? new Merged();
  }

  #add(part: string, line: string): void {
    const sample = sampleSchema.parse(JSON.parse(line)) as Sample;
    this.all.add(sample);
    bucket(this.parts, part).add(sample);
    bucket(this.seconds, Math.floor(sample.at / 1_000)).add(sample);
  }

  #newLines(name: string): readonly string[] {
    const from = this.#offsets.get(name) ?? 0;
    const file = openSync(join(this.directory, name), 'r');
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - from);
      const read = readSync(file, bytes, 0, bytes.length, from);
      const end = bytes.subarray(0, read).lastIndexOf(0x0a) + 1;
      this.#offsets.set(name, from + end);
      return end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n');
    } finally {
      closeSync(file);
    }
  }
}

function bucket<Key>(buckets: Map<Key, Merged>, key: Key): Merged {
  const found = buckets.get(key) ?? new Merged();
  buckets.set(key, found);
  return found;
}
