import type { Counter } from 'prom-client';
import type { BootData, Handled } from '../../protocol/charger-protocol.js';
import type { Leniency } from '../../protocol/ocpp/leniencies.js';

/** Models that are told apart; each can have a series of every leniency. */
export const MAX_MODELS = 200;
/** Before the socket's first BootNotification, or when it names neither vendor nor model. */
const UNKNOWN = 'unknown';
const OTHER = 'other';

/** Children of the counter, made when they are first needed. */
class CountersOfModel {
  private readonly counters = new Map<Leniency, { inc(): void }>();

  constructor(
    private readonly counter: Counter<'leniency' | 'model'>,
    private readonly model: string,
  ) {}

  inc(leniency: Leniency): void {
    let counter = this.counters.get(leniency);
    if (counter === undefined) {
      counter = this.counter.labels({ leniency, model: this.model });
      this.counters.set(leniency, counter);
    }
    counter.inc();
  }
}

/** Counts what is forgiven, by the model that each socket's last BootNotification named. */
export class LeniencyCounts<Socket extends object> {
  private readonly models = new Map<string, CountersOfModel>();
  private readonly booted = new WeakMap<Socket, CountersOfModel>();

  constructor(private readonly counter: Counter<'leniency' | 'model'>) {}

  note(socket: Socket, { boot, leniencies }: Pick<Handled, 'boot' | 'leniencies'>): void {
    if (boot !== undefined) this.booted.set(socket, this.ofModel(modelOf(boot)));
    if (leniencies === undefined || leniencies.length === 0) return;
    const counters = this.booted.get(socket) ?? this.ofModel(UNKNOWN);
    for (const leniency of leniencies) counters.inc(leniency);
  }

  /** Whoever sends models of all names can fill the list, and no more than that. */
  private ofModel(model: string): CountersOfModel {
    const known = this.models.get(model);
    if (known !== undefined) return known;
    if (this.models.size >= MAX_MODELS && model !== OTHER && model !== UNKNOWN) return this.ofModel(OTHER);
    const counters = new CountersOfModel(this.counter, model);
    this.models.set(model, counters);
    return counters;
  }
}

function modelOf({ vendor, model }: BootData): string {
  return `${vendor} ${model}`.trim() || UNKNOWN;
}
