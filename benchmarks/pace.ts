export interface PaceResult {
  /** Counted after the warm-up's last step. */
  readonly messages: number;
  readonly readings: number;
  /** With those of the warm-up. */
  readonly allReadings: number;
  readonly steps: number;
  readonly seconds: number;
  /** Of `seconds`, how long the sink was busy. */
  readonly busySeconds: number;
  /** Of this process. */
  readonly cpuSeconds: number;
  /** Of what else is looked at, such as PostgreSQL; 0 where nothing is. */
  readonly otherCpuSeconds: number;
}

/** Counts what passed since the warm-up was over. */
export class Pace {
  readonly finished: Promise<PaceResult>;
  #finish: (result: PaceResult) => void = () => undefined;
  #seen = 0;
  #messages = 0;
  #readings = 0;
  #allReadings = 0;
  #steps = 0;
  #busyMs = 0;
  #since: { readonly at: number; readonly cpu: NodeJS.CpuUsage; readonly otherCpu: number } | undefined;

  constructor(
    private readonly warmUp: number,
    private readonly total: number,
    private readonly otherCpuSeconds: () => number = () => 0,
  ) {
    this.finished = new Promise((resolve) => (this.#finish = resolve));
  }

  /** A step is done: so many messages and readings, after the sink was busy for so many ms. */
  advance(messages: number, readings: number, busyMs: number): void {
    this.#seen += messages;
    this.#allReadings += readings;
    if (this.#since !== undefined) {
      this.#messages += messages;
      this.#readings += readings;
      this.#steps++;
      this.#busyMs += busyMs;
    } else if (this.#seen >= this.warmUp) {
      this.#since = { at: performance.now(), cpu: process.cpuUsage(), otherCpu: this.otherCpuSeconds() };
    }
    if (this.#seen >= this.total && this.#since !== undefined) {
      const { user, system } = process.cpuUsage(this.#since.cpu);
      this.#finish({
        messages: this.#messages,
        readings: this.#readings,
        allReadings: this.#allReadings,
        steps: this.#steps,
        seconds: (performance.now() - this.#since.at) / 1_000,
        busySeconds: this.#busyMs / 1_000,
        cpuSeconds: (user + system) / 1e6,
        otherCpuSeconds: this.otherCpuSeconds() - this.#since.otherCpu,
      });
    }
  }
}
