import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { ReadingLedger } from '../../client/simulate/reading-ledger.js';
import { Recorder, type Metrics } from '../measure/recorder.js';
import { ChargePointNames } from './charge-point-names.js';
import { Hold } from './hold.js';
import { LocalPorts } from './local-ports.js';
import type { Settings } from './settings.js';

const FLUSH_EVERY_MS = 1_000;

/** What all sockets of a thread share. Its files: `<part>.<thread>.samples.ndjson` and `<part>.<thread>.ledger.ndjson`. */
export class Run {
  readonly recorder: Recorder;
  readonly ledger: ReadingLedger;
  readonly hold: Hold;
  readonly names: ChargePointNames;
  readonly ports = new LocalPorts();
  #users = 0;

  constructor(
    readonly settings: Settings,
    metrics: Metrics,
  ) {
    const stem = join(settings.directory, `${settings.part}.${threadId}`);
    this.recorder = new Recorder(`${stem}.samples.ndjson`, metrics);
    this.ledger = new ReadingLedger(`${stem}.ledger.ndjson`, false);
    this.hold = new Hold(settings.directory);
    this.names = new ChargePointNames(settings);
    setInterval(() => this.#flush(), FLUSH_EVERY_MS).unref();
  }

  begun(): void {
    this.#users++;
  }

  ended(): void {
    this.#users--;
    // Artillery ends the thread soon after its last user.
    if (this.#users === 0) this.#flush();
  }

  #flush(): void {
    this.recorder.flush();
    this.ledger.flush();
  }
}
