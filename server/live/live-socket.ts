import { WebSocket, type RawData } from 'ws';

/** What is told of its socket: one object a client. */
export interface LiveSocketOwner {
  receive(data: RawData, isBinary: boolean): void;
  hearPing(data: Buffer): void;
  hearPong(): void;
  failed(error: Error): void;
  ended(): void;
}

/** A WebSocket that knows its owner, so that one set of handlers serves all sockets. */
export class LiveSocket extends WebSocket {
  owner: LiveSocketOwner | undefined;

  serve(owner: LiveSocketOwner): void {
    this.owner = owner;
    this.on('message', onMessage).on('ping', onPing).on('pong', onPong);
    this.on('error', onError).on('close', onClose);
  }
}

function ownerOf(ws: WebSocket): LiveSocketOwner | undefined {
  return ws instanceof LiveSocket ? ws.owner : undefined;
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  ownerOf(this)?.receive(data, isBinary);
}

function onPing(this: WebSocket, data: Buffer): void {
  ownerOf(this)?.hearPing(data);
}

function onPong(this: WebSocket): void {
  ownerOf(this)?.hearPong();
}

function onError(this: WebSocket, error: Error): void {
  ownerOf(this)?.failed(error);
}

function onClose(this: WebSocket): void {
  ownerOf(this)?.ended();
}
