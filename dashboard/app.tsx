import type { JSX } from 'preact';
import { Frame } from './frame/frame.js';
import { ChargePointPage } from './pages/charge-point/charge-point-page.js';
import { ConflictsPage } from './pages/conflicts/conflicts-page.js';
import { IngestPage } from './pages/ingest/ingest-page.js';
import { NotFound } from './pages/not-found.js';
import { ChargePointsPage } from './pages/charge-points/charge-points-page.js';
import { OverviewPage } from './pages/overview/overview-page.js';
import { QuarantinePage } from './pages/quarantine/quarantine-page.js';
import { place } from './router/router.js';
import { ErrorState } from './components/error-state.js';
import { sessionState } from './session/session.js';
import { SignInPage } from './session/sign-in-page.js';

/** By the first part of the address; a page is given the parts after it. null: there is nothing at that address. */
const PAGES: Readonly<Record<string, (rest: readonly string[]) => JSX.Element | null>> = {
  '': (rest) => (rest.length === 0 ? <OverviewPage /> : null),
  'charge-points': ([id, ...rest]) => {
    if (rest.length > 0) return null;
    return id === undefined ? <ChargePointsPage /> : <ChargePointPage key={id} id={id} />;
  },
  quarantine: (rest) => (rest.length === 0 ? <QuarantinePage /> : null),
  conflicts: (rest) => (rest.length === 0 ? <ConflictsPage /> : null),
  ingest: (rest) => (rest.length === 0 ? <IngestPage /> : null),
};

export function App() {
  const state = sessionState.value;
  if (state.kind === 'signedOut') return <SignInPage wasOver={state.wasOver} />;
  if (state.kind === 'starting')
    return <Frame>{state.error === undefined ? null : <Starting error={state.error} />}</Frame>;
  const [first = '', ...rest] = place.value.segments;
  const page = Object.hasOwn(PAGES, first) ? PAGES[first]?.(rest) : null;
  return <Frame>{page ?? <NotFound />}</Frame>;
}

function Starting({ error }: { readonly error: unknown }) {
  return <ErrorState title="Waiting for the server. It is tried again by itself" error={error} />;
}
