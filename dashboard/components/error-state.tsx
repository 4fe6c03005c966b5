import { messageOf } from '../api/message-of.js';
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
  return (
    <div class="state card" role="alert">
      <span class="state-icon bad">
        <Icon name="quarantine" size={26} />
      </span>
      <h2>{title}</h2>
      <p class="soft">{messageOf(error)}</p>
      {onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
