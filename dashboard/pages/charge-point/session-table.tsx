import { useState } from 'preact/hooks';
import { Badge, type Tone } from '../../components/badge.js';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { Table } from '../../components/table.js';
import { quantityText } from '../../charts/quantity.js';
import { placeName } from '../../charts/series.js';
import { durationText, isoMomentText } from '../../charts/time-text.js';
import type { Session } from './answers.js';

const TONES: Readonly<Record<Session['state'], Tone>> = {
  open: 'accent',
  closed: 'neutral',
  abandoned: 'warning',
};
const NAMES: Readonly<Record<Session['state'], string>> = {
  open: 'charging',
  closed: 'ended',
  abandoned: 'abandoned',
};

export interface SessionTableProps {
  /** Of what is seen, the newest first. */
  readonly sessions: readonly Session[];
  readonly now: number;
  readonly onShow: (session: Session) => void;
}

/** As many as are looked through at a glance; the others by a press. */
const FIRST_ROWS = 12;

export function SessionTable({ sessions, now, onShow }: SessionTableProps) {
  const [isWhole, setWhole] = useState(false);
  if (sessions.length === 0) {
    return (
      <EmptyState icon="chargePoints" title="No charging session in this time">
        Sessions of the time that the history shows stand here. Zoom out to see earlier ones.
      </EmptyState>
    );
  }
  const rows = isWhole ? sessions : sessions.slice(0, FIRST_ROWS);
  return (
    <div class="sessions">
      <Table
        caption="Charging sessions"
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'start',
            title: 'Start',
            cell: (session) =>
              session.start === null ? (
                '–'
              ) : (
                <button
                  type="button"
                  class="link-button"
                  title="Show in the history"
                  onClick={() => onShow(session)}
                >
                  {isoMomentText(session.start)}
                </button>
              ),
          },
          {
            key: 'state',
            title: 'State',
            cell: ({ state }) => <Badge tone={TONES[state]}>{NAMES[state]}</Badge>,
          },
          {
            key: 'duration',
            title: 'Duration',
            align: 'number',
            cell: (session) => lengthText(session, now),
          },
          { key: 'energy', title: 'Energy', align: 'number', cell: energyText },
          {
            key: 'power',
            title: 'Max. power',
            align: 'number',
            wideOnly: true,
            cell: ({ maxPowerW }) => (maxPowerW === null ? '–' : quantityText(maxPowerW, 'W')),
          },
          {
            key: 'place',
            title: 'Connector',
            wideOnly: true,
            cell: ({ evseId, connectorId }) =>
              connectorId === null && evseId === null
                ? '–'
                : placeName({ evseId: evseId ?? 0, connectorId: connectorId ?? 0 }),
          },
          { key: 'tag', title: 'Id tag', wideOnly: true, cell: ({ idTag }) => idTag ?? '–' },
          { key: 'reason', title: 'Ended by', wideOnly: true, cell: ({ reason }) => reason ?? '–' },
          { key: 'id', title: 'Session', wideOnly: true, cell: ({ id }) => <code>{id}</code> },
        ]}
      />
      {rows.length === sessions.length ? null : (
        <Button onClick={() => setWhole(true)}>Show all {sessions.length}</Button>
      )}
    </div>
  );
}

function energyText({ energyWh, estimatedWh, suspectWh }: Session) {
  if (energyWh === null) return '–';
  const notes = [
    estimatedWh === null || estimatedWh === 0 ? '' : `${quantityText(estimatedWh, 'Wh')} estimated`,
    suspectWh === null || suspectWh === 0 ? '' : `${quantityText(suspectWh, 'Wh')} suspect`,
  ].filter((note) => note !== '');
  return (
    <>
      {quantityText(energyWh, 'Wh')}
      {notes.length === 0 ? null : <small class="faint"> {notes.join(', ')}</small>}
    </>
  );
}

function lengthText({ start, durationSeconds, state }: Session, now: number): string {
  if (durationSeconds !== null) return durationText(durationSeconds * 1_000);
  return state === 'open' && start !== null ? durationText(now - Date.parse(start)) : '–';
}
