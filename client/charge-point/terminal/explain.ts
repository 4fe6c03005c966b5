/** What went wrong with a connection, in words, and what to do about it. */
export function explainFailure(cause: Error, url: string): string {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const host = new URL(url).host;
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${host}: is the gateway up (npm start), and is --url right?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host of ${host} is unknown: is --url right?`;
    case 'ECONNRESET':
      return `${host} closed the connection during the handshake`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${host} can't be reached: network, firewall?`;
    case 'CERT_HAS_EXPIRED':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the certificate of ${host} isn't trusted (${code}): NODE_EXTRA_CA_CERTS names a file with yours`;
    case 'EPROTO':
      return `${host} doesn't speak TLS: ws:// instead of wss://?`;
  }
  if (/subprotocol/i.test(cause.message))
    return `${host} doesn't speak ocpp1.6 there: is --url right, or should it be --protocol json?`;
  const status = /HTTP (\d{3})/.exec(cause.message)?.[1];
  if (status === '503' || status === '429') return `${host} is at its limit or stopping (HTTP ${status})`;
  if (status !== undefined)
    return `${host} answered HTTP ${status} instead of opening a WebSocket: is --url right?`;
  if (/timed out/i.test(cause.message)) return `${host} doesn't answer the handshake`;
  return cause.message;
}

/** An HTTP answer that waiting doesn't change. */
export function explainRefusal(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return 'credentials are needed, or these are wrong: give --passwords-file, or with --protocol json --key-file';
    case 404:
      return 'the charge point is not registered, or the path is wrong: register it (with UNKNOWN_CHARGE_POINTS=register the gateway does), or correct --id or --url; then connect';
    case 400:
      return 'the id can not be used: connect with another one';
    default:
      return 'this is not a WebSocket endpoint: correct --url';
  }
}

/** What a close code means (RFC 6455, section 7.4, and the gateway's own). */
export function explainClose(code: number): string {
  switch (code) {
    case 1000:
      return 'the server said goodbye';
    case 1001:
      return 'the server goes away';
    case 1002:
      return 'the server speaks no such subprotocol, or saw a breach of the protocol';
    case 1005:
    case 1006:
      return 'the connection broke off';
    case 1007:
      return 'the server got text that is not UTF-8';
    case 1009:
      return 'the frame was larger than the server takes';
    case 1011:
      return 'the server failed';
    case 1012:
      return 'the server restarts';
    case 4001:
      return "another connection of this charge point took the place; 'connect' takes it back";
    case 4002:
      return 'nothing was said for long; the next message opens it again';
    default:
      return 'the server closed the connection';
  }
}
