import { WebSocket } from 'ws';

type Reply = readonly unknown[] | null;

/** A charge point that answers calls, for tests outside of one test's own time too: close it yourself. */
export class Charger {
  /** Every frame that came, as JSON. */
  readonly received: unknown[][] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(
    private readonly ws: WebSocket,
    reply: (call: unknown[]) => Reply,
  ) {
    ws.on('error', () => undefined);
    ws.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as unknown[];
      this.received.push(frame);
      if (frame[0] !== 2) return;
      const answer = reply(frame);
      if (answer !== null) this.send(answer);
    });
    this.closed = new Promise((resolve) =>
      ws.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** @param reply to a call; null: none. Default: `Accepted`. */
  static async connect(
    url: string,
    id: string,
    reply: (call: unknown[]) => Reply = ([, messageId]) => [3, messageId, { status: 'Accepted' }],
  ): Promise<Charger> {
    const ws = new WebSocket(`${url}/ocpp/${encodeURIComponent(id)}`, 'ocpp1.6');
    const charger = new Charger(ws, reply);
    await new Promise<void>((opened, failed) => {
      ws.once('open', () => opened());
      ws.once('error', failed);
    });
    return charger;
  }

  /** Calls that came from the server. */
  get calls(): unknown[][] {
    return this.received.filter(([type]) => type === 2);
  }

  send(frame: unknown): void {
    this.ws.send(JSON.stringify(frame));
  }

  boot(model = 'AC 22'): void {
    this.send([
      2,
      'boot',
      'BootNotification',
      {
        chargePointVendor: 'Acme',
        chargePointModel: model,
        chargePointSerialNumber: 'A-1',
        firmwareVersion: '1.4.2',
      },
    ]);
  }

  close(): void {
    this.ws.close();
  }

  terminate(): void {
    this.ws.terminate();
  }
}
