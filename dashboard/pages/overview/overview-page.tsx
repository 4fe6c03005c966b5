import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';
import { isOfSomeSites } from '../../session/session.js';
import { useNow } from '../../live/use-now.js';
import { historyRange, type FleetPoint } from '../../live/fleet-history.js';
import { fleetHistory } from '../../live/fleet.js';
import { ChangeTicker } from './change-ticker.js';
import { FigureCard } from './figure-card.js';
import { FiguresLoading } from './figures-loading.js';
import { figuresOf, type Figure } from './figures.js';
import { FleetNotice } from './fleet-notice.js';
import { Processes, Unsettled } from './side-figures.js';
import { useFleet } from './use-fleet.js';
import { ErrorState } from '../../components/error-state.js';

/** The fleet at a glance, now. */
export function OverviewPage() {
  return isOfSomeSites.value ? (
    <Page title="Overview">
      <Notice>Figures of the fleet are of all sites, and are not shown to who sees some of them.</Notice>
      <ChangeTicker />
    </Page>
  ) : (
    <FleetOverview />
  );
}

function FleetOverview() {
  const { figures, isLive, error, reload } = useFleet();
  return (
    <Page title="Overview">
      {figures !== null && !isLive ? <FleetNotice timestamp={figures.timestamp} onRetry={reload} /> : null}
      {figures !== null ? (
        <div class="figures">
          <Figures figures={figuresOf(figures)} history={fleetHistory.value} />
          <Unsettled figures={figures} />
          <Processes figures={figures} />
        </div>
      ) : error !== undefined ? (
        <ErrorState title="The figures of the fleet could not be loaded" error={error} onRetry={reload} />
      ) : (
        <FiguresLoading />
      )}
      <ChangeTicker />
    </Page>
  );
}

interface FiguresProps {
  readonly figures: readonly Figure[];
  readonly history: readonly FleetPoint[];
}

function Figures({ figures, history }: FiguresProps) {
  const now = useNow(5_000);
  const range = historyRange(history, now);
  const line = (follow: Figure['follow']) =>
    history.map(({ atMs, figures: then }) => ({ atMs, value: follow(then) }));
  return (
    <>
      {figures.map(({ key, follow, above, ...figure }) => (
        <FigureCard
          key={key}
          {...figure}
          spark={{ ...range, points: line(follow), ...(above === undefined ? {} : { above: line(above) }) }}
        />
      ))}
    </>
  );
}
