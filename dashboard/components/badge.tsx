import type { ComponentChildren } from 'preact';
import './badge.css';

export type Tone = 'neutral' | 'accent' | 'good' | 'warning' | 'bad';

/** A word about a state. The word says it; the colour only helps. */
export function Badge({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}) {
  return <span class={`badge ${tone}`}>{children}</span>;
}
