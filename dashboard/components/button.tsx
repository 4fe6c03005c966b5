import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import './button.css';

export interface ButtonProps extends Omit<ButtonHTMLAttributes, 'class'> {
  /** primary: the one thing to do here; danger: what can't be undone; quiet: without a frame. Default plain. */
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  /** What it did is under way: it can't be pressed again, and says so. */
  readonly busy?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Button({ kind = 'plain', busy = false, disabled, class: extra, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind}${extra === undefined ? '' : ` ${extra}`}`}
      disabled={disabled === true || busy}
      aria-busy={busy}
    />
  );
}
