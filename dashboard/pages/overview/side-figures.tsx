import type { FleetFigures } from '../../../client/live/index.js';
import { Badge } from '../../components/badge.js';
import { countText } from '../../format/figures.js';
import { link } from '../../router/parse-location.js';
import './side-figures.css';

interface SideFiguresProps {
  readonly figures: FleetFigures;
}

/** What waits for a person. */
export function Unsettled({ figures: { quarantineOpen, conflicts, chargePoints } }: SideFiguresProps) {
  const rows = [
    { title: 'Quarantine, open', count: quarantineOpen, to: link(['quarantine']) },
    { title: 'Conflicts, ever', count: conflicts, to: link(['conflicts']) },
    {
      title: 'Charge points held',
      count: chargePoints.held,
      to: link(['charge-points'], { status: 'held' }),
    },
  ];
  return (
    <section class="figure-card card" aria-labelledby="unsettled">
      <h2 id="unsettled">To look at</h2>
      <dl class="side-figures">
        {rows.map(({ title, count, to }) => (
          <div key={title}>
            <dt>
              <a href={to}>{title}</a>
            </dt>
            <dd>{countText(count)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Who is at work. */
export function Processes({ figures: { gateways, workers } }: SideFiguresProps) {
  const rows = [
    { title: 'Gateway processes', ...gateways },
    { title: 'Workers', ...workers },
  ];
  return (
    <section class="figure-card card" aria-labelledby="processes">
      <h2 id="processes">Processes</h2>
      <dl class="side-figures">
        {rows.map(({ title, alive, lost }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              {lost > 0 ? <Badge tone="bad">{countText(lost)} lost</Badge> : null}
              {alive === 0 ? <Badge tone="warning">none reports</Badge> : countText(alive)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
