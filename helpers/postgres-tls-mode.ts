/**
 * How far a connection to PostgreSQL is protected.
 *
 * - `off`: not at all.
 * - `none`: encrypted, to whoever answers.
 * - `ca`: the server's certificate is signed by a given CA, whatever name it has.
 * - `full`: and it is the certificate of the host that was asked for.
 */
export type PostgresTlsMode = 'off' | 'none' | 'ca' | 'full';

/**
 * libpq takes `prefer` and `require` for less than they sound: the one may end up in plain text, the other talks to whoever
 * answers. node-postgres 8 verifies with both, its next version won't: here they stay what they are.
 */
const MODES: Readonly<Record<string, PostgresTlsMode>> = {
  disable: 'off',
  prefer: 'full',
  require: 'full',
  'verify-ca': 'ca',
  'verify-full': 'full',
  'no-verify': 'none',
};

/** For whom asks for libpq's meanings by `uselibpqcompat=true`; a CA makes `require` the same as `verify-ca` there. */
const LIBPQ_MODES: Readonly<Record<string, PostgresTlsMode>> = { ...MODES, prefer: 'none', require: 'none' };

export const SSL_MODES = Object.keys(MODES);

/** What the parameters of a URL say; undefined: nothing; null: what nobody knows. */
export function postgresTlsMode(parameters: URLSearchParams): PostgresTlsMode | undefined | null {
  const sslmode = parameters.get('sslmode');
  if (sslmode !== null) {
    const compatible = parameters.get('uselibpqcompat') === 'true';
    const mode = (compatible ? LIBPQ_MODES : MODES)[sslmode] ?? null;
    return compatible && sslmode === 'require' && parameters.has('sslrootcert') ? 'ca' : mode;
  }
  switch (parameters.get('ssl')) {
    case null:
      return ['sslrootcert', 'sslcert', 'sslkey'].some((name) => parameters.has(name)) ||
        parameters.get('sslnegotiation') === 'direct'
        ? 'full'
        : undefined;
    case 'true':
    case '1':
      return 'full';
    case 'false':
    case '0':
      return 'off';
    case 'no-verify':
      return 'none';
    default:
      return null;
  }
}
