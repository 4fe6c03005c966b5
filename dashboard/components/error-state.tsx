import { messageOf } from '../api/message-of.js';
import { ProblemError } from '../api/problem-error.js';
import { Button } from './button.js';
import { Icon } from './icon.js';
import './states.css';

export interface ErrorStateProps {
  /** What was not to be had: 'The charge points could not be loaded'. */
  readonly title: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** Something went wrong: what, why, and the way on. */
export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const isForbidden = error instanceof ProblemError && error.is('forbidden');
  return (
    <div class="state card" role="alert">
      <span class="state-icon bad">
        <Icon name={isForbidden ? 'lock' : 'quarantine'} size={26} />
      </span>
      <h2>{title}</h2>
      <p class="soft">{messageOf(error)}</p>
      {isForbidden ? (
        <p class="soft">Sign in with a key or a token that allows it, or ask who runs this installation.</p>
      ) : null}
      {onRetry === undefined || isForbidden ? null : <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
