import { connectionState, type ConnectionState } from '../live/connection-state.js';
import { isOnline, liveStatus } from '../live/live.js';
import { useNow } from '../live/use-now.js';
import './connection-status.css';

const WORDS: Readonly<Record<ConnectionState['kind'], string>> = {
  live: 'Live',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
};
const EXPLANATIONS: Readonly<Record<ConnectionState['kind'], string>> = {
  live: 'Changes appear as they happen.',
  connecting: 'The live feed is being connected.',
  reconnecting:
    'The connection to the live feed was lost. What is shown may be old; it catches up by itself.',
  offline: 'There is no network. What is shown may be old; it catches up by itself.',
};

/** Whether what is on the screen is what is happening. */
export function ConnectionStatus() {
  const status = liveStatus.value;
  const now = useNow(500, status?.state === 'reconnecting');
  const state = connectionState(status, isOnline.value, now);
  const counted =
    state.kind === 'reconnecting' && state.seconds !== null && state.seconds > 0
      ? `Reconnecting in ${state.seconds} s`
      : WORDS[state.kind];
  return (
    <p class={`connection ${state.kind}`} title={EXPLANATIONS[state.kind]}>
      <span class="connection-dot" aria-hidden="true" />
      <span aria-hidden="true">{counted}</span>
      {/* Said when the state changes, not with every second. */}
      <span class="visually-hidden" role="status" data-connection={state.kind}>
        {WORDS[state.kind]} {EXPLANATIONS[state.kind]}
      </span>
    </p>
  );
}
