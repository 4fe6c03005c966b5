import type { ComponentChildren } from 'preact';
import { Icon } from './icon.js';
import './notice.css';

export interface NoticeProps {
  readonly tone?: 'neutral' | 'warning' | 'bad';
  readonly action?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A line above what it is about. */
export function Notice({ tone = 'neutral', action, children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {tone === 'neutral' ? null : <Icon name="quarantine" />}
      <p>{children}</p>
      {action}
    </div>
  );
}
