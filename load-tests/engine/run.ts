import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { ReadingLedger } from '../../client/simulate/reading-ledger.js';
import { readCredentials, type Credentials } from '../../client/transport/credentials.js';
import { Recorder, type Metrics } from '../measure/recorder.js';
import { apiAgent } from './ask-api.js';
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
  readonly api;
  #users = 0;

  private constructor(
    readonly settings: Settings,
    readonly credentials: Credentials,
    metrics: Metrics,
  ) {
    const stem = join(settings.directory, `${settings.part}.${threadId}`);
    this.recorder = new Recorder(`${stem}.samples.ndjson`, metrics);
    this.ledger = new ReadingLedger(`${stem}.ledger.ndjson`, false);
    this.hold = new Hold(settings.directory);
    this.names = new ChargePointNames(settings);
    this.api = apiAgent(settings.apiUrl, credentials.secureContext(null));
    setInterval(() => this.#flush(), FLUSH_EVERY_MS).unref();
  }

  /** Rejects with CREDENTIALS_UNREADABLE. */
  static async open(settings: Settings, metrics: Metrics): Promise<Run> {
    return new Run(settings, await readCredentials(settings.files), metrics);
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
