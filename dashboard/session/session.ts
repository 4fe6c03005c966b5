import { computed, signal } from '@preact/signals';
import { request } from '../api/api-client.js';
import { ProblemError } from '../api/problem-error.js';
import { forgetThatItWasOver, forgetToken, keepToken, token, wasOver } from './kept-token.js';

/** `GET /v1/session`. */
export interface Session {
  readonly name: string;
  readonly scopes: readonly string[];
  /** null: all. */
  readonly sites: readonly string[] | null;
  /** ISO 8601; null: never. */
  readonly expiresAt: string | null;
}

export type SessionState =
  /** `error`: why it can't be found out yet whether one has to sign in. */
  | { readonly kind: 'starting'; readonly error: unknown }
  /** Nobody need sign in. */
  | { readonly kind: 'open' }
  | { readonly kind: 'signedOut'; readonly wasOver: boolean }
  | { readonly kind: 'signedIn'; readonly session: Session };

export const sessionState = signal<SessionState>({ kind: 'starting', error: undefined });
/** Who is shown the charge points of some sites alone. */
export const isOfSomeSites = computed(
  () => sessionState.value.kind === 'signedIn' && sessionState.value.session.sites !== null,
);

const RETRY_MS = 3_000;
/** Browsers keep no timer for longer. */
const LONGEST_TIMER_MS = 2_147_483_647;

let onceIn: () => void = () => undefined;
let endTimer: number | undefined;

/** Once, when the page begins. `onIn` is called when there is something to be shown. */
export function beginSession(needsSignIn: boolean, onIn: () => void): void {
  onceIn = onIn;
  if (!needsSignIn) {
    sessionState.value = { kind: 'open' };
    onIn();
  } else if (token.value === null) {
    sessionState.value = { kind: 'signedOut', wasOver: wasOver() };
  } else {
    void resume(token.value);
  }
}

/** A token that is kept from before the page was loaded again. */
async function resume(kept: string): Promise<void> {
  try {
    enter(await whoShows(kept));
  } catch (error) {
    if (isRefusal(error)) forgetToken('over');
    else {
      sessionState.value = { kind: 'starting', error };
      window.setTimeout(() => void resume(kept), RETRY_MS);
    }
  }
}

/**
 * Shows who one is, for the first time or anew. null: one is in; else why not. Somebody else, or with other rights, begins anew:
 * what stands on the screen was not for them.
 */
export async function signIn(text: string): Promise<string | null> {
  const shown = text.trim();
  if (shown === '') return 'Enter a key or a token.';
  if (!/^[\x21-\x7e]{1,8192}$/.test(shown))
    return 'This is neither a key nor a token: it has spaces or other letters in it.';
  try {
    const session = await whoShows(shown);
    const before = sessionState.peek();
    keepToken(shown);
    forgetThatItWasOver();
    if (before.kind !== 'signedIn') enter(session);
    else if (isSame(before.session, session)) follow(session);
    else window.location.reload();
    return null;
  } catch (error) {
    if (isRefusal(error)) return 'The server does not take it: it is unknown, expired or revoked.';
    return error instanceof ProblemError ? error.problem.detail : 'The server can’t be reached. Try again.';
  }
}

export function signOut(): void {
  forgetToken('left');
}

function whoShows(shown: string): Promise<Session> {
  return request<Session>('v1/session', { token: shown });
}

function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 401;
}

function enter(session: Session): void {
  follow(session);
  onceIn();
}

function follow(session: Session): void {
  sessionState.value = { kind: 'signedIn', session };
  watchEnd(session);
}

/** The server refuses from then on: it is better said before somebody has typed something. */
function watchEnd(session: Session): void {
  window.clearTimeout(endTimer);
  if (session.expiresAt === null) return;
  const leftMs = Date.parse(session.expiresAt) - Date.now();
  // The clock of this machine may be ahead of the server's, which has the last word.
  if (leftMs <= 0) void request('v1/session').catch(() => undefined);
  else endTimer = window.setTimeout(() => watchEnd(session), Math.min(leftMs, LONGEST_TIMER_MS));
}

function isSame(one: Session, other: Session): boolean {
  const rights = ({ name, scopes, sites }: Session): string => JSON.stringify([name, scopes, sites]);
  return rights(one) === rights(other);
}
