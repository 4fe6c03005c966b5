import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from './button.js';
import { Icon } from './icon.js';
import './dialog.css';

export interface DialogProps {
  readonly title: string;
  /** Escape, the cross, or a press beside it. Whoever rendered it takes it away. */
  readonly onClose: () => void;
  /** Buttons below, the primary one last. */
  readonly actions?: ComponentChildren;
  /** With it the dialog is a form: Enter in a field submits. */
  readonly onSubmit?: () => void;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** Modal by the browser's own means: the rest is inert, focus stays inside and returns to where it was. Open while rendered. */
export function Dialog({ title, onClose, actions, onSubmit, wide = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null || element.open) return;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const inside = (
    <>
      <header>
        <h2 id={titleId}>{title}</h2>
        <Button kind="quiet" class="only-icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </Button>
      </header>
      <div class="dialog-body">{children}</div>
      {actions === undefined ? null : <footer>{actions}</footer>}
    </>
  );
  return (
    <dialog
      ref={dialog}
      class={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {onSubmit === undefined ? (
        <div class="dialog-frame">{inside}</div>
      ) : (
        <form
          class="dialog-frame"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {inside}
        </form>
      )}
    </dialog>
  );
}
