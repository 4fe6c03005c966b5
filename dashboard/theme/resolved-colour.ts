/** A token such as `--accent` as a colour that a canvas takes: custom properties themselves keep their light-dark() unresolved. */
export function resolvedColour(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  probe.hidden = true;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
