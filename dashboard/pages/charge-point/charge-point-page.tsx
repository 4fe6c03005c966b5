import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { LiveChargePoint, LiveReading } from '../../../protocol/live/change.js';
import { request, type PageOf } from '../../api/api-client.js';
import { ProblemError } from '../../api/problem-error.js';
import { useResource } from '../../api/use-resource.js';
import { Rounds } from '../../charts/rounds.js';
import { liveClient } from '../../live/live.js';
import { useNow } from '../../live/use-now.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { Page } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { link } from '../../router/parse-location.js';
import type { Connection, Session } from './answers.js';
import { ChargePointFacts, StatusBadges } from './charge-point-head.js';
import { EnergyPanel } from './energy/energy-panel.js';
import { HistoryPanel } from './history/history-panel.js';
import { LatestReadings } from './live/latest-readings.js';
import { ReadingTiles } from './live/reading-tiles.js';
import { useLiveReadings, type LiveChange } from './live/use-live-readings.js';
import { SessionTable } from './session-table.js';
import { spanOfSession } from './sessions.js';
import { useHistoryModel } from './use-history-model.js';
import { useSessions } from './use-sessions.js';

/** Everything about one charge point. Give it `key={id}`: what it holds is of this one. */
export function ChargePointPage({ id }: { readonly id: string }) {
  const now = useNow(1_000);
  const model = useHistoryModel(id);
  const [rounds] = useState(() => ({
    // Energy and sessions follow the readings of which they are made.
    figures: new Rounds({ everyMs: 10_000 }),
    connection: new Rounds({ everyMs: 30_000, quietMs: 90_000 }),
  }));
  const handlers = useMemo(
    () => ({
      onChanges: (changes: readonly LiveChange[]) => {
        model.takeLive(changes);
        rounds.figures.touch();
        rounds.connection.touch();
      },
      onMissed: () => {
        model.reload();
        rounds.figures.next();
      },
    }),
    [model, rounds],
  );
  const told = useLiveReadings(liveClient.value, id, handlers);
  useEffect(() => {
    const awake = () => {
      if (document.visibilityState === 'visible') rounds.connection.next();
    };
    document.addEventListener('visibilitychange', awake);
    return () => {
      document.removeEventListener('visibilitychange', awake);
      rounds.figures.close();
      rounds.connection.close();
    };
  }, [rounds]);

  const path = `v1/charge-points/${encodeURIComponent(id)}`;
  const registered = useResource(path, (signal) => request<LiveChargePoint>(path, { signal }));
  const connection = useConnection(id, rounds.connection.round.value);
  const first = useFirstReadings(path);
  const latest = told.latest.value.size > 0 ? told.latest.value : first.latest;
  const measurands = useMemo(() => [...(latest?.keys() ?? [])], [latest]);
  const firstMeasurand = measurands[0];
  useEffect(() => {
    if (model.measurand.peek() === '' && firstMeasurand !== undefined) model.show(firstMeasurand);
  }, [model, firstMeasurand]);

  const window = model.loaded.value?.history.range ?? null;
  const round = rounds.figures.round.value;
  // Sessions that run grow by the ten seconds: the chart is not drawn anew for less.
  const sessions = useSessions(id, window, round, Math.floor(now / 10_000) * 10_000);
  const show = useCallback(
    (session: Session) => {
      const span = spanOfSession(session, Date.now());
      if (span === null) return;
      const room = Math.max(60_000, (span.to - span.from) * 0.1);
      model.lookAt({ from: span.from - room, to: span.to + room });
      document.getElementById('history-title')?.scrollIntoView({ block: 'start' });
    },
    [model],
  );

  const chargePoint = told.chargePoint.value ?? registered.value;
  // It may come while one looks: then it is told live.
  if (chargePoint === undefined && isNotFound(registered.error)) return <UnknownChargePoint id={id} />;
  const shown = model.measurand.value;
  return (
    <Page
      title={chargePoint?.label || id}
      mark={<StatusBadges chargePoint={chargePoint} connection={connection} />}
      actions={
        <a class="button plain" href={link(['charge-points'])}>
          All charge points
        </a>
      }
    >
      {registered.error === undefined || chargePoint !== undefined ? null : (
        <ErrorState
          title="The charge point could not be loaded"
          error={registered.error}
          onRetry={registered.reload}
        />
      )}
      <ChargePointFacts chargePoint={chargePoint} connection={connection} now={now} />
      {told.chargePoint.value === null ? (
        <p class="soft" role="status">
          It was taken out of the registry. What it sent so far stays.
        </p>
      ) : null}
      <section aria-labelledby="now-title">
        <h2 id="now-title" class="section-title">
          Now
        </h2>
        {latest === undefined && first.error === undefined ? (
          <Skeleton height="7rem" />
        ) : latest === undefined ? (
          <ErrorState
            title="The newest readings could not be loaded"
            error={first.error}
            onRetry={first.reload}
          />
        ) : latest.size === 0 ? (
          <EmptyState icon="chargePoints" title="It has sent no reading yet">
            The first one appears here by itself. The ingest page can send one to try it.
          </EmptyState>
        ) : (
          <ReadingTiles latest={latest} now={now} />
        )}
      </section>
      {shown === '' ? null : (
        <>
          <HistoryPanel
            model={model}
            measurands={measurands.includes(shown) ? measurands : [...measurands, shown]}
            sessions={sessions.spans}
          />
          {window === null ? null : (
            <EnergyPanel chargePointId={id} range={model.range.value} window={window} round={round} />
          )}
          <div>
            <h2 class="section-title">Charging sessions</h2>
            {sessions.items !== undefined ? (
              <SessionTable sessions={sessions.seenIn(model.range.value)} now={now} onShow={show} />
            ) : sessions.error !== undefined ? (
              <ErrorState
                title="The sessions could not be loaded"
                error={sessions.error}
                onRetry={sessions.reload}
              />
            ) : (
              <Skeleton height="6rem" />
            )}
          </div>
        </>
      )}
    </Page>
  );
}

/** null: it has never connected by OCPP; undefined: not known yet, or not to be had. */
function useConnection(chargePointId: string, round: number): Connection | null | undefined {
  const { value, reload } = useResource(`connection ${chargePointId}`, async (signal) => {
    // By the list: that a charge point speaks no OCPP is no error, and should not look like one to whoever watches the network.
    const query = { chargePointId, limit: 1 };
    return (await request<PageOf<Connection>>('v1/connections', { query, signal })).items[0] ?? null;
  });
  useEffect(() => {
    if (round > 0) reload();
  }, [round, reload]);
  return value;
}

/** What is there before anything comes live, and where nothing does. */
function useFirstReadings(path: string) {
  const { value, error, reload } = useResource(`${path}/latest`, (signal) =>
    request<PageOf<LiveReading>>(`${path}/latest`, { signal }),
  );
  const latest = useMemo(() => {
    if (value === undefined) return undefined;
    const readings = new LatestReadings();
    for (const reading of value.items) readings.add(reading);
    return readings.byMeasurand();
  }, [value]);
  return { latest, error, reload };
}

function UnknownChargePoint({ id }: { readonly id: string }) {
  return (
    <Page title={id}>
      <EmptyState
        icon="search"
        title="There is no such charge point"
        action={
          <a class="button plain" href={link(['charge-points'])}>
            To the charge points
          </a>
        }
      >
        It may have another id, or it has sent nothing yet.
      </EmptyState>
    </Page>
  );
}

function isNotFound(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 404;
}
