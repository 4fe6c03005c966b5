import type { BootData } from '../../protocol/charger-protocol.js';

/** What identifies a process to everybody else. */
export interface ProcessIdentity {
  /** A UUID, new with every start. */
  readonly id: string;
  /** Name of the machine or pod. */
  readonly host: string;
  readonly pid: number;
}

export type GatewayIdentity = ProcessIdentity;

/** All that a gateway process knows of its newest socket of a charge point. Ages in ms, as of now: pods' clocks differ. */
export interface ConnectionState {
  readonly chargePointId: string;
  /** Number of the socket within its process: a newer one has a greater. */
  readonly session: number;
  readonly protocol: string;
  readonly remoteAddress: string;
  readonly connectedAgeMs: number;
  /** null: none yet. */
  readonly lastMessageAgeMs: number | null;
  /** null: open. */
  readonly disconnectedAgeMs: number | null;
  readonly closeReason: string | null;
  /** null: it has not booted since this was last written. */
  readonly boot: (BootData & { readonly ageMs: number }) | null;
}
