import { z } from 'zod';

/** Where a browser opens a WebSocket. No user and no fragment: a browser takes neither. */
export const websocketUrl = () =>
  z.string().refine(isWebSocketUrl, { error: 'a URL such as wss://live.example.com/live' });

function isWebSocketUrl(text: string): boolean {
  if (!/^wss?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password, hash } = new URL(text);
  return username === '' && password === '' && hash === '';
}
