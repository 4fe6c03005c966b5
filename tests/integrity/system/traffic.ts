import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { System } from './system.js';

/** How much of each is done in one go. */
export interface Amounts {
  /** Charge points that connect, boot and go. */
  readonly connections: number;
  readonly messages: number;
  /** Made and given up again. */
  readonly subscriptions: number;
  readonly queries: number;
}

/** So many charge points, however much they do: what a process keeps of each is no leak. */
const CHARGE_POINTS = 40;
const AT_ONCE = 40;
const SENDERS = 4;
const MESSAGES_IN_FLIGHT = 250;
const SUBSCRIBERS = 10;
/** Of one socket, one after the other. */
const SUBSCRIPTIONS_A_SOCKET = 10;
const FIRST_READING = Date.UTC(2026, 2, 10);

const chargePoint = (index: number): string => `FLAT-${index % CHARGE_POINTS}`;

/** Does to a system what it is there for, again and again, of a fleet that stays the same. */
export class Traffic {
  #readings = 0;

  constructor(private readonly system: System) {}

  async round({ connections, messages, subscriptions, queries }: Amounts): Promise<void> {
    await this.#connect(connections);
    await this.#send(messages);
    await this.system.settled();
    await Promise.all([this.#subscribe(subscriptions), this.#ask(queries)]);
  }

  async #connect(count: number): Promise<void> {
    const boot = '[2,"b","BootNotification",{"chargePointVendor":"Example","chargePointModel":"Example"}]';
    await inTurns(count, AT_ONCE, async (index) => {
      // An id of its own for each that is connected at once: a second socket of one would replace the first.
      const socket = await open(`${this.system.gatewayUrl}/ocpp/${chargePoint(index)}`, 'ocpp1.6');
      socket.send(boot);
      await once(socket, 'message');
      await close(socket);
    });
  }

  async #send(count: number): Promise<void> {
    await inTurns(SENDERS, SENDERS, async () => {
      const socket = await open(`${this.system.gatewayUrl}/ingest`);
      let [sent, answered] = [0, 0];
      const send = (): void => {
        for (; sent < count / SENDERS && sent - answered < MESSAGES_IN_FLIGHT; sent++) {
          socket.send(this.#message());
        }
      };
      await new Promise<void>((resolve, reject) => {
        socket.on('message', (data: Buffer) => {
          if (!data.includes('"accepted"')) reject(new Error(data.toString()));
          answered += 1;
          if (answered >= count / SENDERS) resolve();
          else send();
        });
        socket.on('close', () => reject(new Error('the gateway closed a sender')));
        send();
      });
      socket.removeAllListeners('close');
      await close(socket);
    });
  }

  #message(): string {
    const index = this.#readings++;
    return JSON.stringify({
      id: `m${index}`,
      chargePointId: chargePoint(index),
      payload: {
        connectorId: 1,
        meterValue: [
          {
            timestamp: new Date(FIRST_READING + Math.floor(index / CHARGE_POINTS) * 1_000).toISOString(),
            sampledValue: [{ value: String(index), measurand: 'Power.Active.Import', unit: 'W' }],
          },
        ],
      },
    });
  }

  async #subscribe(count: number): Promise<void> {
    await inTurns(count / SUBSCRIPTIONS_A_SOCKET, SUBSCRIBERS, async (number) => {
      const socket = await open(this.system.liveUrl);
      for (let index = 0; index < SUBSCRIPTIONS_A_SOCKET; index++) {
        const id = `s${index}`;
        const chargePointIds = [chargePoint(number + index)];
        const live = heard(socket, `"state":"live"`);
        socket.send(JSON.stringify({ type: 'SUBSCRIBE', id, filter: { chargePointIds } }));
        await live;
        socket.send(JSON.stringify({ type: 'UNSUBSCRIBE', id }));
      }
      await close(socket);
    });
  }

  async #ask(count: number): Promise<void> {
    const paths = [
      '/v1/charge-points/FLAT-1/latest',
      '/v1/energy?from=2026-03-10&to=2026-03-11&interval=1h&limit=3',
      '/v1/readings?chargePointId=FLAT-2&limit=20',
      '/v1/stats',
    ];
    await inTurns(count, 8, async (index) => {
      const answer = await fetch(`${this.system.apiUrl}${paths[index % paths.length]}`);
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    });
  }
}

async function open(url: string, protocol?: string): Promise<WebSocket> {
  const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

async function close(socket: WebSocket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close(1000);
  await closed;
}

async function heard(socket: WebSocket, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const gone = (): void => reject(new Error('the live feed closed a subscriber'));
    const listen = (data: Buffer): void => {
      if (!data.includes(text)) return;
      socket.off('message', listen).off('close', gone);
      resolve();
    };
    socket.on('message', listen).once('close', gone);
  });
}

/** Does `what` for 0 to count - 1, so many at once. */
async function inTurns(count: number, atOnce: number, what: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const go = async (): Promise<void> => {
    while (next < count) await what(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, go));
}
