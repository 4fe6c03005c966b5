import { Button } from '../components/button.js';
import { Icon } from '../components/icon.js';
import { chooseTheme, nextTheme, theme } from '../theme/theme.js';

const NAMES = { system: 'as the system', light: 'light', dark: 'dark' } as const;

export function ThemeButton() {
  const now = theme.value;
  const label = `Theme: ${NAMES[now]}`;
  return (
    <Button
      kind="quiet"
      class="only-icon"
      aria-label={`${label}. Change to ${NAMES[nextTheme(now)]}`}
      title={label}
      onClick={() => chooseTheme(nextTheme(now))}
    >
      <Icon name={now} size={20} />
    </Button>
  );
}
