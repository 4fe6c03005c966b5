import type { Worker } from 'node:cluster';

/** A connection as node hands it over; closing it again does nothing. */
interface Handle {
  close(): void;
}

/** Of what node's cluster module says to its processes and hears from them, what is looked at here. */
interface ClusterMessage {
  readonly act?: unknown;
  readonly seq?: unknown;
  readonly ack?: unknown;
}

/**
 * Closes the connection that a process was being handed when it was killed. Node's cluster keeps it open in the primary
 * until the process has said whether it takes it, which the dead never say: its client would wait for ever, and its
 * descriptor would be lost. Closed, the client connects again.
 */
export function closeWhatIsNeverTaken(worker: Worker): void {
  const { process } = worker;
  /** By the number of the message that carries it. */
  const underWay = new Map<unknown, Handle>();
  const send = process.send.bind(process) as (...given: unknown[]) => boolean;
  process.send = (...given: unknown[]): boolean => {
    const [message, handle] = given as [ClusterMessage, Handle | undefined];
    if (message.act === 'newconn' && handle !== undefined) underWay.set(message.seq, handle);
    return send(...given);
  };
  // Taken, or refused: then node has handed it to another process already.
  process.on('internalMessage', ({ ack }: ClusterMessage) => void underWay.delete(ack));
  // And not 'exit': an answer may still be in the channel, whose end 'close' waits for.
  process.once('close', () => {
    for (const handle of underWay.values()) handle.close();
    underWay.clear();
  });
}
