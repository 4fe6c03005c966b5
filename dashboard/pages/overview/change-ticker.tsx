import { useState } from 'preact/hooks';
import { Button } from '../../components/button.js';
import { timeOfDayText } from '../../charts/time-text.js';
import { liveClient, liveStatus } from '../../live/live.js';
import { usePageVisible } from '../../live/use-page-visible.js';
import { link } from '../../router/parse-location.js';
import { useRecentChanges } from './use-recent-changes.js';
import './change-ticker.css';

/** What has just happened, as it happens. Not read out: it would never stop. */
export function ChangeTicker() {
  const [paused, setPaused] = useState(false);
  const visible = usePageVisible();
  const changes = useRecentChanges(liveClient.value, paused || !visible);
  const isLive = liveStatus.value?.state === 'live';
  return (
    <section class="ticker card" aria-labelledby="ticker-title">
      <header>
        <h2 id="ticker-title">Recent changes</h2>
        <Button kind="quiet" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? 'Resume' : 'Pause'}
        </Button>
      </header>
      {changes.length === 0 ? (
        <p class="ticker-empty soft">
          {isLive
            ? 'Nothing has changed since this page was opened. The next reading, or change of a charge point, appears here.'
            : 'Changes appear here as soon as the live feed is connected.'}
        </p>
      ) : (
        <ol>
          {changes.map(({ key, timestamp, chargePointId, text }) => (
            <li key={key}>
              <time dateTime={timestamp}>{timeOfDayText(Date.parse(timestamp))}</time>
              <a href={link(['charge-points', chargePointId])}>{chargePointId}</a>
              <span class="ticker-text">{text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
