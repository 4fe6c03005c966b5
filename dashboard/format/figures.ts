const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** `12,345`. */
export function countText(count: number): string {
  return whole.format(count);
}

/** Something a second: a decimal below ten. */
export function rateText(perSecond: number): string {
  return perSecond < 10 ? tenths.format(perSecond) : whole.format(perSecond);
}

/** `0.4 ms`, `12 ms`, `1.5 s`, `4 min`, `3 h`: number and unit. */
export function secondsText(seconds: number): { readonly text: string; readonly unit: string } {
  const ms = seconds * 1_000;
  if (ms < 9.95) return { text: tenths.format(ms), unit: 'ms' };
  if (ms < 999.5) return { text: whole.format(ms), unit: 'ms' };
  if (seconds < 9.95) return { text: tenths.format(seconds), unit: 's' };
  if (seconds < 119.5) return { text: whole.format(seconds), unit: 's' };
  const minutes = seconds / 60;
  return minutes < 119.5
    ? { text: whole.format(minutes), unit: 'min' }
    : { text: whole.format(minutes / 60), unit: 'h' };
}
