import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { formatTimeRange, parseTimeRange, PRESETS, spanOf, type Preset } from '../../components/time-span.js';
import { place, replaceQuery } from '../../router/router.js';
import { following } from '../../charts/time-range.js';
import { HistoryModel } from './history/history-model.js';

const FIRST: Preset = '24h';
/** Browsers count how often an address is changed. */
const SETTLE_MS = 400;

/** The history of the page, as its address tells: `?measurand=...&range=24h`. The address follows what is looked at. */
export function useHistoryModel(chargePointId: string): HistoryModel {
  const [model] = useState(() => {
    const { query } = place.peek();
    const asked = parseTimeRange(query.get('range') ?? '') ?? FIRST;
    const now = Date.now();
    const { fromMs: from, toMs: to } = spanOf(asked, now);
    const isPreset = typeof asked === 'string';
    const made = new HistoryModel(chargePointId, isPreset ? following({ from, to }, now) : { from, to });
    made.isFollowing.value = isPreset;
    const measurand = query.get('measurand');
    if (measurand !== null && measurand !== '') made.show(measurand);
    return made;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      const [measurand, range] = [model.measurand.value, rangeInAddress(model)];
      clearTimeout(timer);
      timer = setTimeout(() => replaceQuery({ measurand, range }), SETTLE_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
      model.close();
    };
  }, [model]);
  return model;
}

/** '' for a length that has no name: then the page begins as it usually does. */
function rangeInAddress(model: HistoryModel): string {
  const { from, to } = model.range.value;
  if (!model.isFollowing.value) return formatTimeRange({ fromMs: from, toMs: to });
  const names = Object.keys(PRESETS) as Preset[];
  return names.find((name) => Math.abs(PRESETS[name] - (to - from)) < PRESETS[name] / 100) ?? '';
}
