import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../components/icon.js';
import { Toasts } from '../components/toast.js';
import icon from '../icon.svg';
import { link } from '../router/parse-location.js';
import { place } from '../router/router.js';
import { SessionEnd } from '../session/session-end.js';
import { SessionMenu } from '../session/session-menu.js';
import { ConnectionStatus } from './connection-status.js';
import { ThemeButton } from './theme-button.js';
import './frame.css';

interface Entry {
  readonly segment: string;
  readonly title: string;
  readonly icon: IconName;
}

const ENTRIES: readonly Entry[] = [
  { segment: '', title: 'Overview', icon: 'overview' },
  { segment: 'charge-points', title: 'Charge points', icon: 'chargePoints' },
  { segment: 'quarantine', title: 'Quarantine', icon: 'quarantine' },
  { segment: 'conflicts', title: 'Conflicts', icon: 'conflicts' },
  { segment: 'ingest', title: 'Ingest', icon: 'ingest' },
];

/** What stands around every page. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const here = place.value.segments[0] ?? '';
  return (
    <div class="frame">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The address names the page; it can't name a place in it, too.
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to content
      </a>
      <header class="top">
        <a class="brand" href={link([])}>
          <img src={icon} alt="" width="24" height="24" />
          meterpulse
        </a>
        <div class="top-end">
          <ConnectionStatus />
          <SessionMenu />
          <ThemeButton />
        </div>
      </header>
      <nav class="nav" aria-label="Pages">
        <ul>
          {ENTRIES.map(({ segment, title, icon }) => (
            <li key={segment}>
              <a
                href={link(segment === '' ? [] : [segment])}
                aria-current={segment === here ? 'page' : undefined}
              >
                <Icon name={icon} size={20} />
                <span>{title}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1}>
        <SessionEnd />
        {children}
      </main>
      <Toasts />
    </div>
  );
}
