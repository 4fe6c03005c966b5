import { expect, onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { compareChangeIds, parseChangeId } from '../../protocol/live/change-id.js';
import type { LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import type { ServerMessage } from '../../protocol/live/server-message.js';

type Told = Extract<ServerMessage, { readonly changeId: string }>;

/** A subscriber of /live that keeps what it hears, written without the SDK: it judges the server, and the SDK too. */
export class LiveTestClient {
  readonly messages: ServerMessage[] = [];
  /** Messages of each frame. */
  readonly frames: number[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => {
      const messages = JSON.parse(data.toString('utf8')) as ServerMessage[];
      this.frames.push(messages.length);
      this.messages.push(...messages);
    });
    ws.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      ws.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** Rejects with the HTTP status when the handshake is refused. */
  static async open(
    url: string,
    options: ClientOptions = {},
    subprotocols: readonly string[] = [],
  ): Promise<LiveTestClient> {
    const ws = new WebSocket(url, [...subprotocols], { perMessageDeflate: false, ...options });
    const client = new LiveTestClient(ws);
    onTestFinished(() => ws.terminate());
    await new Promise<void>((opened, failed) => {
      ws.once('open', () => opened());
      ws.once('unexpected-response', (_request, response) => {
        failed(new Error(`HTTP ${response.statusCode ?? 0}`));
        response.destroy();
      });
      ws.once('error', failed);
    });
    return client;
  }

  send(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Subscribes, and resolves when what comes next happens now. */
  async subscribe(id: string, request: object = {}): Promise<void> {
    this.send({ type: 'SUBSCRIBE', id, ...request });
    await this.until((message) => message.type === 'STATUS' && message.id === id);
  }

  /** Resolves with the first message, of those that were heard or will be, that is meant. */
  async until(isMeant: (message: ServerMessage) => boolean, from = 0): Promise<ServerMessage> {
    await expect.poll(() => this.messages.slice(from).some(isMeant), { interval: 5 }).toBe(true);
    return this.messages.slice(from).find(isMeant) as ServerMessage;
  }

  of(id: string): ServerMessage[] {
    return this.messages.filter((message) => message.id === id);
  }

  /** The changes of a subscription, as `INSERT 7.0`. */
  changes(id: string): string[] {
    return this.of(id).flatMap((message) =>
      'kind' in message && 'changeId' in message ? `${message.type} ${message.changeId}` : [],
    );
  }

  /** What its messages add up to; fails where they don't rise in the order of the feed. */
  folded(id: string): Folded {
    return fold(this.of(id));
  }
}

export interface Folded {
  readonly chargePoints: Record<string, LiveChargePoint>;
  /** The newest of each series. */
  readonly readings: Record<string, LiveReading>;
  /** What to resume after. */
  readonly changeId: string;
}

export function fold(messages: readonly ServerMessage[]): Folded {
  let chargePoints: Record<string, LiveChargePoint> = {};
  let readings: Record<string, LiveReading> = {};
  let changeId = '0';
  const rise = (message: Told): void => {
    const seen = parseChangeId(changeId);
    const next = parseChangeId(message.changeId);
    if (seen === null || next === null) throw new Error(`${message.changeId} is no changeId`);
    const isRepeat = 'kind' in message && compareChangeIds(next, seen) <= 0;
    if (isRepeat) throw new Error(`${message.type} ${message.changeId} came after ${changeId}`);
    changeId = message.changeId;
  };
  const keep = (reading: LiveReading): void => {
    const { chargePointId, evseId, connectorId, measurand, phase, location, unit } = reading;
    const key = JSON.stringify([chargePointId, evseId, connectorId, measurand, phase, location, unit]);
    const known = readings[key];
    if (known === undefined || known.timestamp <= reading.timestamp) readings[key] = reading;
  };
  for (const message of messages) {
    if (message.type === 'RESYNC') {
      chargePoints = {};
      readings = {};
      changeId = '0';
    } else if (message.type === 'INITIAL_DATA') {
      for (const { kind, ...item } of message.data) {
        if (kind === 'reading') keep(item as LiveReading);
        else chargePoints[(item as LiveChargePoint).id] = item as LiveChargePoint;
      }
      if (message.isLast) changeId = message.changeId;
    } else if (message.type === 'INSERT' || message.type === 'UPDATE' || message.type === 'DELETE') {
      rise(message);
      const data = message.type === 'UPDATE' ? message.newData : message.data;
      if (message.kind === 'reading') keep(data as LiveReading);
      else if (message.type === 'DELETE')
        chargePoints = Object.fromEntries(
          Object.entries(chargePoints).filter(([id]) => id !== (data as LiveChargePoint).id),
        );
      else chargePoints[(data as LiveChargePoint).id] = data as LiveChargePoint;
    } else if (message.type === 'STATUS' && 'state' in message) changeId = message.changeId;
  }
  return { chargePoints, readings, changeId };
}
