import { WebSocket, type RawData } from 'ws';

/** What is told of its socket: one object a client. */
export interface SocketOwner {
  receive(data: RawData, isBinary: boolean): void;
  hearPing(data: Buffer): void;
  hearPong(data: Buffer): void;
  /** A bug of ours met while handling a frame. */
  fault(error: unknown): void;
  failed(error: Error): void;
  ended(): void;
}

/** A WebSocket that knows its owner, so that one set of handlers serves all sockets. */
export class OwnedSocket extends WebSocket {
  private owner: SocketOwner | undefined;

  serve(owner: SocketOwner): void {
    this.owner = owner;
    this.on('message', onMessage).on('ping', onPing).on('pong', onPong);
    this.on('error', onError).on('close', onClose);
  }

  static ownerOf(ws: WebSocket): SocketOwner | undefined {
    return ws instanceof OwnedSocket ? ws.owner : undefined;
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  const owner = OwnedSocket.ownerOf(this);
  try {
    owner?.receive(data, isBinary);
  } catch (error) {
    owner?.fault(error);
  }
}

function onPing(this: WebSocket, data: Buffer): void {
  OwnedSocket.ownerOf(this)?.hearPing(data);
}

function onPong(this: WebSocket, data: Buffer): void {
  OwnedSocket.ownerOf(this)?.hearPong(data);
}

function onError(this: WebSocket, error: Error): void {
  OwnedSocket.ownerOf(this)?.failed(error);
}

function onClose(this: WebSocket): void {
  OwnedSocket.ownerOf(this)?.ended();
}
