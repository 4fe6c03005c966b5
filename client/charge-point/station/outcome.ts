/** Whether a command did what it should. */
export type Outcome =
  | { readonly ok: true }
  /** `reason` is for people; `told`: an event said it already. */
  | { readonly ok: false; readonly reason: string; readonly told: boolean };

export const DONE: Outcome = { ok: true };

export function failed(reason: string, told = false): Outcome {
  return { ok: false, reason, told };
}
