import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface HeardMessage {
  readonly id: string;
  readonly chargePointId: string;
  readonly payload: unknown;
}

/** What the fake does with a message: answers, says nothing, or ends the socket with a code (0: cuts it). */
export type Reaction =
  | 'accept'
  | 'silence'
  | { readonly reject: string }
  /** Rejected without saying which message it was. */
  | { readonly nameless: string }
  | { readonly retry: number }
  | { readonly close: number };

export interface FakeGatewayOptions {
  readonly port?: number;
  /** `nth` counts all messages from 1. */
  readonly react?: (message: HeardMessage, nth: number) => Reaction;
  /** An HTTP answer instead of a socket; `nth` counts upgrades from 1. */
  readonly upgrade?: (
    request: IncomingMessage,
    nth: number,
  ) => { status: number; retryAfter?: number } | null;
}

/** A server that speaks both protocols of the gateway and misbehaves as told. */
export class FakeGateway {
  /** Messages in the order of hearing. */
  readonly heard: HeardMessage[] = [];
  /** Messages that were answered as accepted. */
  readonly accepted: HeardMessage[] = [];
  readonly upgrades: { readonly path: string; readonly at: number }[] = [];
  mostUnanswered = 0;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1024 * 1024,
    handleProtocols: (offered) => (offered.has('ocpp1.6') ? 'ocpp1.6' : false),
  });

  private constructor(private readonly options: FakeGatewayOptions) {
    this.#http = createServer((_, response) => response.writeHead(426).end());
    this.#http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.upgrades.push({ path: request.url ?? '', at: performance.now() });
      const refusal = options.upgrade?.(request, this.upgrades.length) ?? null;
      if (refusal !== null) {
        const retryAfter = refusal.retryAfter === undefined ? '' : `Retry-After: ${refusal.retryAfter}\r\n`;
        socket.end(
          `HTTP/1.1 ${refusal.status} Refused\r\n${retryAfter}Connection: close\r\nContent-Length: 0\r\n\r\n`,
        );
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#serve(ws, request.url ?? ''));
    });
  }

  static async start(options: FakeGatewayOptions = {}): Promise<FakeGateway> {
    const gateway = new FakeGateway(options);
    await new Promise<void>((resolve) => gateway.#http.listen(options.port ?? 0, '127.0.0.1', resolve));
    return gateway;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #serve(socket: WebSocket, path: string): void {
    let unanswered = 0;
    const answer = (text: string): void => {
      unanswered--;
      socket.send(text);
    };
    socket.on('error', () => socket.terminate());
    socket.on('message', (data: Buffer) => {
      this.mostUnanswered = Math.max(this.mostUnanswered, ++unanswered);
      const frame = JSON.parse(data.toString()) as unknown;
      // Answers leave later, so that a window fills as it does over a network.
      setImmediate(() => {
        if (socket.readyState !== socket.OPEN) return;
        if (path.startsWith('/ocpp/')) {
          this.#ocpp(socket, answer, decodeURIComponent(path.slice(6)), frame as OcppCall);
        } else this.#plain(socket, answer, frame as HeardMessage);
      });
    });
  }

  #plain(socket: WebSocket, answer: (text: string) => void, message: HeardMessage): void {
    const reaction = this.#note(message);
    const id = typeof reaction === 'object' && 'nameless' in reaction ? null : message.id;
    if (reaction === 'silence') return;
    if (reaction === 'accept') answer(JSON.stringify({ id, status: 'accepted' }));
    else if ('close' in reaction) end(socket, reaction.close);
    else if ('retry' in reaction)
      answer(JSON.stringify({ id, status: 'retry', retryAfterMs: reaction.retry }));
    else {
      const error = {
        code: 'nameless' in reaction ? reaction.nameless : reaction.reject,
        message: 'as told',
        path: '',
      };
      answer(JSON.stringify({ id, status: 'rejected', error }));
    }
  }

  #ocpp(socket: WebSocket, answer: (text: string) => void, chargePointId: string, call: OcppCall): void {
    const [, id, action, payload] = call;
    if (action === 'BootNotification') {
      answer(
        JSON.stringify([3, id, { status: 'Accepted', currentTime: '2026-03-10T10:00:00Z', interval: 300 }]),
      );
      return;
    }
    const reaction = this.#note({ id, chargePointId, payload });
    if (reaction === 'silence') return;
    if (reaction === 'accept') answer(JSON.stringify([3, id, {}]));
    else if ('close' in reaction) end(socket, reaction.close);
    else if ('retry' in reaction)
      answer(JSON.stringify([4, id, 'InternalError', '', { retryAfterMs: reaction.retry }]));
    else if ('reject' in reaction) answer(JSON.stringify([4, id, reaction.reject, '', {}]));
    else answer(JSON.stringify([4, '-1', reaction.nameless, '', {}]));
  }

  #note(message: HeardMessage): Reaction {
    this.heard.push(message);
    const reaction = this.options.react?.(message, this.heard.length) ?? 'accept';
    if (reaction === 'accept') this.accepted.push(message);
    return reaction;
  }
}

type OcppCall = readonly [number, string, string, unknown];

function end(socket: WebSocket, code: number): void {
  if (code === 0) socket.terminate();
  else socket.close(code);
}
