import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.js';
import './states.css';

export interface EmptyStateProps {
  readonly icon?: IconName;
  readonly title: string;
  /** Why it is empty, and what would fill it. */
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
}

/** Nothing is there, and nothing is wrong. */
export function EmptyState({ icon = 'check', title, children, action }: EmptyStateProps) {
  return (
    <div class="state card">
      <span class="state-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children === undefined ? null : <p class="soft">{children}</p>}
      {action}
    </div>
  );
}
