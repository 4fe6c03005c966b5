import type { Config } from '../../config/config.js';
import { credentialsKeys } from '../../helpers/credentials-keys.js';
import { readAccessKeys } from '../../store/access/access-keys.js';
import { readChargePointsOfSites } from '../../store/access/charge-points-of-sites.js';
import { readPasswordHashes } from '../../store/access/charge-point-passwords.js';
import { markPasswords, readPasswordChanges, readPasswordPage } from '../../store/access/password-changes.js';
import { claimSigningSession, type SigningSession } from '../../store/access/signing-sessions.js';
import type { Pool } from '../../store/pool.js';
import { OPEN_ACCESS, type Access } from '../access/access.js';
import { AccessKeys } from '../access/access-keys.js';
import { ChargePointPasswords } from '../access/charge-point-passwords.js';
import { KnownAccess } from '../access/known-access.js';
import { RememberedPasswords } from '../access/remembered-passwords.js';
import { Senders } from '../access/senders.js';
import { SigningSessions } from '../access/signing-sessions.js';
import { SecretHash } from '../access/secrets.js';
import { storedTickets } from '../access/stored-tickets.js';
import { verificationKeys, type KeySource } from '../access/tokens/verification-keys.js';
import { WebTokens } from '../access/tokens/web-tokens.js';
import type { DeviceIdentity } from '../gateway/device-identity.js';
import type { SenderIdentity } from '../gateway/sender-identity.js';
import type { RoleContext } from './role-context.js';

/** Who may come in at the doors of people and programs, as the configuration says. */
export function createAccess({ config, logger }: Pick<RoleContext, 'config' | 'logger'>, pool: Pool): Access {
  if (config.AUTHENTICATION === 'open') return OPEN_ACCESS;
  const hash = secretHash(config);
  return new KnownAccess({
    keys: hash === null ? null : new AccessKeys({ find: (ids) => readAccessKeys(pool, ids), hash }),
    tokens: createWebTokens(config),
    tickets: storedTickets(pool),
    logger,
  });
}

/** Names beside localhost by which a process may be asked where nobody has to show who they are; null: everybody has to. */
export function openHosts(
  config: Pick<Config, 'AUTHENTICATION' | 'ALLOWED_HOSTS'>,
): readonly string[] | null {
  return config.AUTHENTICATION === 'open' ? config.ALLOWED_HOSTS : null;
}

/** By what charge points show who they are. Without CREDENTIALS_KEY none has a password, and none can. */
export function createDeviceIdentity(
  { config, logger }: Pick<RoleContext, 'config' | 'logger'>,
  pool: Pool,
): DeviceIdentity {
  const hash = secretHash(config);
  if (hash === null) return { isItself: () => false };
  const remembered = new RememberedPasswords({
    mark: () => markPasswords(pool),
    page: (behind, limit) => readPasswordPage(pool, behind, limit),
    changes: (mark) => readPasswordChanges(pool, mark),
    onError: (error) =>
      logger.warn({ err: error }, 'passwords of charge points can not be kept up to date: each is asked for'),
  });
  const passwords = new ChargePointPasswords({
    find: (ids) => readPasswordHashes(pool, ids),
    hash,
    remembered,
  });
  return {
    isItself: (chargePointId, authorization) => passwords.isItself(chargePointId, authorization),
    run: (signal) => remembered.run(signal),
  };
}

/** By what programs that send over `/ingest` show who they are, and for whom they may speak. */
export function createSenderIdentity(
  context: Pick<RoleContext, 'config' | 'logger'>,
  pool: Pool,
): SenderIdentity {
  const hash = secretHash(context.config);
  const windowMs = context.config.GATEWAY_SIGNATURE_WINDOW_S * 1_000;
  const claim = (session: SigningSession): Promise<boolean> => claimSigningSession(pool, session);
  return new Senders({
    access: createAccess(context, pool),
    signing: hash === null ? undefined : new SigningSessions({ hash, windowMs, claim }),
    readSites: (sites) => readChargePointsOfSites(pool, sites),
    logger: context.logger,
  });
}

/** null: there is no CREDENTIALS_KEY. */
export function secretHash({ CREDENTIALS_KEY: key }: Pick<Config, 'CREDENTIALS_KEY'>): SecretHash | null {
  if (key === undefined) return null;
  const [newest, ...former] = credentialsKeys(key) ?? [];
  if (newest === undefined) throw new Error('CREDENTIALS_KEY was judged when it was read');
  return new SecretHash(newest, former);
}

function createWebTokens(config: Config): WebTokens | null {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config;
  const source = keySource(config);
  if (issuer === undefined || audience === undefined || source === null) return null;
  return new WebTokens({
    issuer,
    audience,
    keys: verificationKeys(source),
    clockToleranceS: config.JWT_CLOCK_TOLERANCE_S,
    sitesClaim: config.JWT_SITES_CLAIM ?? null,
  });
}

function keySource({ JWT_JWKS_URL: url, JWT_KEYS_FILE: path }: Config): KeySource | null {
  if (url !== undefined) return { kind: 'url', url: new URL(url) };
  return path === undefined ? null : { kind: 'file', path };
}
