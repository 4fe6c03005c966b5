export interface Interrupts {
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM, 0 when there was none. */
  readonly exitCode: () => number;
  readonly ignore: () => void;
}

/** For a command that ends after the part under way when it is interrupted. Call `ignore` when it has ended. */
export function listenForInterrupts(): Interrupts {
  const controller = new AbortController();
  let code = 0;
  const interrupt = (name: NodeJS.Signals): void => {
    // A second Ctrl-C means now.
    if (code > 0) process.exit(code);
    code = name === 'SIGINT' ? 130 : 143;
    controller.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    exitCode: () => code,
    ignore: () => process.off('SIGINT', interrupt).off('SIGTERM', interrupt),
  };
}
