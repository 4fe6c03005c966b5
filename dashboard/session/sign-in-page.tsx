import { useEffect } from 'preact/hooks';
import { Notice } from '../components/notice.js';
import { ThemeButton } from '../frame/theme-button.js';
import icon from '../icon.svg';
import { CredentialForm } from './credential-form.js';
import './sign-in.css';

/** In place of everything, as long as nobody has said who they are. The address stays: whoever signs in is where they were. */
export function SignInPage({ wasOver }: { readonly wasOver: boolean }) {
  useEffect(() => {
    document.title = 'Sign in · meterpulse';
  }, []);
  return (
    <main class="sign-in">
      <div class="sign-in-theme">
        <ThemeButton />
      </div>
      <section class="card sign-in-card" aria-labelledby="sign-in-title">
        <p class="sign-in-brand">
          <img src={icon} alt="" width="28" height="28" />
          meterpulse
        </p>
        <h1 id="sign-in-title">Sign in</h1>
        {wasOver ? (
          <Notice tone="warning">Your session is over. Sign in to go on where you were.</Notice>
        ) : null}
        <CredentialForm action="Sign in" />
        <p class="soft sign-in-help">
          A key comes from who runs this installation (<code>meterpulse credentials</code>), a token from your
          identity provider.
        </p>
      </section>
    </main>
  );
}
