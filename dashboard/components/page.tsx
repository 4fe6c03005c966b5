import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import './page.css';

export interface PageProps {
  readonly title: string;
  /** Beside the title, such as a badge. */
  readonly mark?: ComponentChildren;
  /** A line below the title. */
  readonly subtitle?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** What each page begins with. Its title is the document's, and where reading goes on after a change of page. */
export function Page({ title, mark, subtitle, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · meterpulse`;
  }, [title]);
  useEffect(() => {
    // Not at the first page, where the browser begins at the top by itself.
    if (document.activeElement !== document.body || window.history.length > 1) heading.current?.focus();
  }, []);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {mark}
          {subtitle === undefined ? null : <p class="soft">{subtitle}</p>}
        </div>
        {actions === undefined ? null : <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}
