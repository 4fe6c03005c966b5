/** Why a socket is not read. */
export const Pause = { BUDGET: 1, UNREAD_ANSWERS: 2, RATE: 4 } as const;
export type PauseReason = (typeof Pause)[keyof typeof Pause];

/** Whether a socket is read: as long as there is no reason not to. */
export class Reading {
  private reasons = 0;

  constructor(private readonly socket: { pause(): void; resume(): void }) {}

  get paused(): boolean {
    return this.reasons !== 0;
  }

  pausedFor(why: PauseReason): boolean {
    return (this.reasons & why) !== 0;
  }

  /** False when it was paused for this reason already. */
  pause(why: PauseReason): boolean {
    if (this.pausedFor(why)) return false;
    if (this.reasons === 0) this.socket.pause();
    this.reasons |= why;
    return true;
  }

  /** The reason is gone; false when there was none. */
  resume(why: PauseReason): boolean {
    if (!this.pausedFor(why)) return false;
    this.reasons &= ~why;
    if (this.reasons === 0) this.socket.resume();
    return true;
  }
}
