/** What a claim needs of a socket. */
export interface Claimant {
  readonly chargePointId: string | null;
  /** When the socket claimed its charge point, microseconds of the machine's monotonic clock. */
  readonly claimedAt: number;
  replaced(): void;
}

/** Which socket speaks for a charge point: the newest one. An older one is closed. */
export class Sockets<T extends Claimant> {
  private readonly byChargePoint = new Map<string, T>();

  claim(chargePointId: string, socket: T): void {
    const older = this.byChargePoint.get(chargePointId);
    this.byChargePoint.set(chargePointId, socket);
    older?.replaced();
  }

  /** Forgets a closed socket; a newer one of the same charge point stays. */
  release(socket: T): void {
    const id = socket.chargePointId;
    if (id !== null && this.byChargePoint.get(id) === socket) this.byChargePoint.delete(id);
  }

  /**
   * Closes the charge point's socket, if it claimed before `claimedAt`: two sibling processes that take a socket each at
   * the same moment tell each other, and only the older may go.
   */
  evict(chargePointId: string, claimedAt: number): boolean {
    const socket = this.byChargePoint.get(chargePointId);
    if (socket === undefined || socket.claimedAt >= claimedAt) return false;
    this.byChargePoint.delete(chargePointId);
    socket.replaced();
    return true;
  }
}

/** Comparable between the processes of one machine, which share its monotonic clock. Microseconds. */
export function monotonicMicros(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1_000_000 + Math.floor(nanos / 1_000);
}
