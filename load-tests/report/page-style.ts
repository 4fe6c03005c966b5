export const PAGE_STYLE = `
:root { color-scheme: light dark; --back: #fbfbf9; --card: #fff; --text: #1d2327; --dim: #667; --edge: #ddd; --good: #1a7f4b; --bad: #c02f2f;
  --s0: #0b6bcb; --s1: #d9731a; --s2: #2a9d5c; --s3: #8b4fc8; --s4: #c2367a; --s5: #8a6d1d; --s6: #0f8b8d; --s7: #6b7280; --s8: #5a7d2a; }
@media (prefers-color-scheme: dark) { :root { --back: #14171a; --card: #1d2226; --text: #e6e9ec; --dim: #98a2ab; --edge: #343b42; --good: #4cc38a; --bad: #ff7b72;
  --s0: #58a6ff; --s1: #f0a35e; --s2: #56d38d; --s3: #c297ff; --s4: #ff85b8; --s5: #d8b64c; --s6: #4fd1d3; --s7: #a9b4be; --s8: #a4cc66; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1340px; padding: 24px; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; } h2 { margin: 32px 0 12px; font-size: 18px; }
small, .dim { color: var(--dim); } code { font-size: 13px; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 12px; margin-top: 20px; }
.tile, .chart, .card { margin: 0; padding: 14px 16px; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; }
.tile b { display: block; font-size: 24px; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 560px), 1fr)); gap: 12px; }
figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--dim); font-size: 11px; } .grid { stroke: var(--edge); } .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
.mark { stroke: var(--dim); stroke-dasharray: 3 4; } .cursor { stroke: var(--text); opacity: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 13px; min-height: 40px; } .legend i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 5px; }
.legend output { flex-basis: 100%; color: var(--dim); font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--edge); white-space: nowrap; } td.n, th.n { text-align: right; }
`;

/** What is under the pointer is told below its chart. */
export const PAGE_SCRIPT = `
for (const figure of document.querySelectorAll('.chart')) {
  const { unit, seconds, series, area } = JSON.parse(figure.dataset.chart);
  const svg = figure.querySelector('svg'), cursor = figure.querySelector('.cursor'), output = figure.querySelector('output');
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * area.width;
    const second = ((at - area.left) / (area.right - area.left)) * seconds[seconds.length - 1];
    let index = seconds.findIndex((each) => each >= second);
    if (index < 0) index = seconds.length - 1;
    const x = area.left + (seconds[index] / seconds[seconds.length - 1]) * (area.right - area.left);
    cursor.setAttribute('x1', x); cursor.setAttribute('x2', x); cursor.style.opacity = 0.5;
    output.textContent = seconds[index] + ' s: ' + series.map(({ name, values }) => name + ' ' + (values[index] ?? '-')).join(', ') + ' ' + unit;
  });
  svg.addEventListener('pointerleave', () => { cursor.style.opacity = 0; output.textContent = ''; });
}
`;
