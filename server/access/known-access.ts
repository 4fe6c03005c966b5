import type { Logger } from 'pino';
import type { Access, Knock, Principal } from './access.js';
import type { AccessKeys } from './access-keys.js';
import { bearerToken } from './bearer-token.js';
import { idOfAccessKey } from './secrets.js';
import { isTicket, type Tickets } from './tickets.js';
import type { WebTokens } from './tokens/web-tokens.js';

export interface KnownAccessParts {
  /** null: none are taken. */
  readonly keys: AccessKeys | null;
  readonly tokens: WebTokens | null;
  readonly tickets: Pick<Tickets, 'redeem'>;
  readonly logger: Logger;
}

/** Lets in whoever shows a key, a token of the issuer, or a ticket that one of them was given for. */
export class KnownAccess implements Access {
  constructor(private readonly parts: KnownAccessParts) {}

  async identify(knock: Knock): Promise<Principal | null> {
    const shown = bearerToken(knock);
    if (shown.kind !== 'token') return this.refuse(knock, `its credentials are ${shown.kind}`);
    const { keys, tokens, tickets } = this.parts;
    if (isTicket(shown.token)) {
      if (knock.handshake === undefined)
        return this.refuse(knock, 'a ticket opens a WebSocket and nothing else');
      const principal = await tickets.redeem(shown.token);
      return principal ?? this.refuse(knock, 'its ticket is unknown, expired or was shown before');
    }
    const keyId = idOfAccessKey(shown.token);
    if (keyId !== null) {
      const principal = (await keys?.verify(shown.token)) ?? null;
      return principal ?? this.refuse(knock, 'its key is unknown, expired or revoked', keyId);
    }
    if (tokens === null) return this.refuse(knock, 'it shows a token, and none are taken');
    const verified = await tokens.verify(shown.token);
    return verified.ok ? verified.principal : this.refuse(knock, `its token is refused: ${verified.why}`);
  }

  /** The reason is for the operator: whoever guesses learns nothing from it. */
  private refuse({ remoteAddress, onUnknown }: Knock, why: string, keyId: string | null = null): null {
    onUnknown?.({ why, keyId });
    this.parts.logger.debug({ remoteAddress, why }, 'a request was not let in');
    return null;
  }
}
