import type { LogMessage } from '../server/broker/message-log.js';

export interface PublishRequest {
  readonly messages: number;
  readonly perSend: number;
  /** Sends under way at once. */
  readonly underWay: number;
}

export interface PublishResult {
  readonly messages: number;
  readonly seconds: number;
  /** Of this process. */
  readonly cpuSeconds: number;
}

/** Sends one after the other in each of several lines, as the gateway's batcher hands them over, from content that goes round. */
export async function publishing(
  content: readonly LogMessage[],
  { messages, perSend, underWay }: PublishRequest,
  publish: (send: LogMessage[]) => Promise<unknown>,
): Promise<PublishResult> {
  let next = 0;
  const line = async (): Promise<void> => {
    while (next < messages) {
      const from = next;
      next = Math.min(messages, from + perSend);
      await publish(
        Array.from({ length: next - from }, (_, at) => messageAt(content, (from + at) % content.length)),
      );
    }
  };
  const before = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: underWay }, line));
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return { messages, seconds, cpuSeconds: (user + system) / 1e6 };
}

function messageAt(content: readonly LogMessage[], index: number): LogMessage {
  const message = content[index];
  if (message === undefined) throw new Error('there is nothing to publish');
  return message;
}
