import type { Metrics } from '../measure/recorder.js';
import { parseSteps, type Step } from './steps.js';
import { Run } from './run.js';
import { settingsSchema, type Settings } from './settings.js';
import { VirtualUser } from './virtual-user.js';

interface Script {
  readonly config: { readonly engines?: { readonly ocpp?: unknown } };
}

interface ScenarioSpec {
  readonly name?: string;
  readonly flow: unknown;
}

/** Artillery's events: metrics, and that a virtual user began. */
interface Events extends Metrics {
  emit(type: 'started' | 'error' | 'counter' | 'histogram', name?: string, value?: number): unknown;
}

type Callback = (error: unknown, context: unknown) => void;

/** One for each thread: it writes the thread's files. */
let run: Promise<Run> | undefined;

/**
 * Artillery's engine `ocpp`. Its own `ws` engine sends, but takes any message for the answer to the last one; this one matches each
 * answer with its call, counts and times what happens, and keeps the ledger of acknowledged readings.
 */
export default class OcppEngine {
  readonly #settings: Settings;

  constructor(script: Script) {
    this.#settings = settingsSchema.parse(script.config.engines?.ocpp);
  }

  createScenario(spec: ScenarioSpec, events: Events): (context: unknown, callback: Callback) => void {
    const steps = parseSteps(spec.name ?? '', spec.flow);
    const opened = (run ??= Run.open(this.#settings, events));
    return (context, callback) => {
      events.emit('started');
      opened
        .then((shared) => follow(shared, steps))
        .catch((error: unknown) => error)
        .then((failure) => callback(failure, context))
        .catch(() => undefined);
    };
  }
}

/** One virtual user; resolves with why it failed, or null. */
async function follow(shared: Run, steps: readonly Step[]): Promise<unknown> {
  shared.begun();
  try {
    await new VirtualUser(shared).follow(steps);
    return null;
  } catch (error) {
    shared.recorder.error(error instanceof Error ? error.message : String(error));
    return error;
  } finally {
    shared.ended();
  }
}
