export interface Choosable {
  readonly isFit: boolean;
  /** Reads that run on it now. */
  readonly underWay: number;
}

/** The fit one with the fewest reads under way, the first of equals; undefined when none is fit but those tried. */
export function chooseReplica<Replica extends Choosable>(
  replicas: readonly Replica[],
  tried: ReadonlySet<Replica>,
): Replica | undefined {
  let chosen: Replica | undefined;
  for (const replica of replicas) {
    if (!replica.isFit || tried.has(replica)) continue;
    if (chosen === undefined || replica.underWay < chosen.underWay) chosen = replica;
  }
  return chosen;
}
