import { signal } from '@preact/signals';
import { Button } from './button.js';
import { Icon } from './icon.js';
import './toast.css';

export interface ToastText {
  readonly text: string;
  readonly tone?: 'plain' | 'bad';
  /** Such as Undo. It takes the toast away. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

interface Shown extends ToastText {
  readonly id: number;
}

/** Long enough to be read and to reach its action by keyboard, ms. */
const SHOWN_MS = 8_000;
/** More would cover the page; the oldest goes. */
const MAX_SHOWN = 3;

const shown = signal<readonly Shown[]>([]);
let nextId = 1;
/** The clock of the toasts stands while somebody points at or is within them. */
const held = signal(false);

/** Tells something that needs no answer, at the edge of the screen. */
export function showToast(toast: ToastText): void {
  const id = nextId++;
  shown.value = [...shown.value, { ...toast, id }].slice(-MAX_SHOWN);
  const expire = (): void => {
    if (held.peek()) setTimeout(expire, 1_000);
    else dismiss(id);
  };
  setTimeout(expire, SHOWN_MS);
}

function dismiss(id: number): void {
  shown.value = shown.value.filter((toast) => toast.id !== id);
  if (shown.value.length === 0) held.value = false;
}

/** Once, in the frame. */
export function Toasts() {
  return (
    <div
      class="toasts"
      role="status"
      onMouseEnter={() => (held.value = true)}
      onMouseLeave={() => (held.value = false)}
      onFocusIn={() => (held.value = true)}
      onFocusOut={() => (held.value = false)}
    >
      {shown.value.map(({ id, text, tone = 'plain', action }) => (
        <div key={id} class={`toast ${tone}`}>
          <p>{text}</p>
          {action === undefined ? null : (
            <Button
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <Button kind="quiet" class="only-icon" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </Button>
        </div>
      ))}
    </div>
  );
}
