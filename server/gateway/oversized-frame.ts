/** Whether a socket failed because of a frame larger than allowed; `ws` closes it with 1009. */
export function isOversizedFrame(error: Error): boolean {
  return 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
}
