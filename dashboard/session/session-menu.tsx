import { Button } from '../components/button.js';
import { Icon } from '../components/icon.js';
import { sessionState, signOut } from './session.js';
import './sign-in.css';

/** Who is signed in, and the way out; nothing where nobody need sign in. */
export function SessionMenu() {
  const state = sessionState.value;
  if (state.kind !== 'signedIn') return null;
  const { name, scopes, sites } = state.session;
  const rights = `${name}: ${scopes.join(', ')}; ${sites === null ? 'all sites' : `sites: ${sites.join(', ') || 'none'}`}`;
  return (
    <>
      <span class="session-name" title={rights}>
        {name}
      </span>
      <Button
        kind="quiet"
        class="only-icon"
        aria-label={`Sign out ${name}`}
        title="Sign out"
        onClick={signOut}
      >
        <Icon name="signOut" size={20} />
      </Button>
    </>
  );
}
