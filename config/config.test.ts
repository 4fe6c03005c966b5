import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';

const load = (environment: Record<string, string>) => loadConfig(environment, false);

describe('loadConfig', () => {
  it('gives every variable a default from an empty environment', () => {
    const { config, warnings } = load({});
    expect(config.GATEWAY_PORT).toBe(3000);
    expect(config.API_PORT).toBe(3001);
    expect(config.KAFKA_TOPIC).toBe('meter-readings');
    expect(config.GATEWAY_PROCESSES).toBeGreaterThan(0);
    expect(config.LOG_FORMAT).toBe('json');
    expect(warnings).toEqual([]);
  });

  it('is frozen', () => {
    expect(Object.isFrozen(load({}).config)).toBe(true);
  });

  it('takes an empty variable as unset', () => {
    expect(load({ GATEWAY_PORT: '' }).config.GATEWAY_PORT).toBe(3000);
  });

  it('splits brokers at commas', () => {
    expect(load({ KAFKA_BROKERS: 'a:9092, b:9092' }).config.KAFKA_BROKERS).toEqual(['a:9092', 'b:9092']);
  });

  it('splits the URLs of replicas at commas', () => {
    const urls = 'postgres://u:p@a/db, postgresql://u:p@b:5433/db,';
    expect(load({ DATABASE_READ_URLS: urls }).config.DATABASE_READ_URLS).toEqual([
      'postgres://u:p@a/db',
      'postgresql://u:p@b:5433/db',
    ]);
    expect(load({}).config.DATABASE_READ_URLS).toBeUndefined();
  });

  it.each([
    ['postgres://u:secret@a/db,mysql://u:secret@b/db', 'expected URLs such as postgres://'],
    ['replica-1:5432', 'expected URLs such as postgres://'],
    [' , ', 'expected URLs such as postgres://'],
    ['postgres://u:secret@a/db,postgres://v:secret@a:5432/db', 'expected each host and port once'],
  ])('refuses %s as replicas and repeats nothing of it', (urls, expected) => {
    const message = messageOf(() => load({ DATABASE_READ_URLS: urls }));
    expect(message).toContain(`DATABASE_READ_URLS is not valid, ${expected}`);
    expect(message.match(/DATABASE_READ_URLS/g)).toHaveLength(1);
    expect(message).not.toMatch(/secret|replica-1|@a/);
  });

  it('registers unknown charge points on loopback and refuses them elsewhere', () => {
    expect(load({ HOST: '127.0.0.5' }).config.UNKNOWN_CHARGE_POINTS).toBe('register');
    expect(load({ HOST: '0.0.0.0' }).config.UNKNOWN_CHARGE_POINTS).toBe('refuse');
    expect(load({ HOST: '0.0.0.0', UNKNOWN_CHARGE_POINTS: 'hold' }).config.UNKNOWN_CHARGE_POINTS).toBe(
      'hold',
    );
  });

  it('names every variable at fault, what it is and what was expected', () => {
    const message = messageOf(() => load({ GATEWAY_PORT: 'http', BATCH_MAX_ROWS: '0', LOG_LEVEL: 'loud' }));
    expect(message).toContain("GATEWAY_PORT is 'http', expected a whole number from 0 to 65535");
    expect(message).toContain("BATCH_MAX_ROWS is '0', expected a whole number from 1 to 200000");
    expect(message).toContain("LOG_LEVEL is 'loud', expected fatal, error, warn");
  });

  it.each([
    ['KAFKA_BROKERS', 'kafka'],
    ['KAFKA_BROKERS', ' , '],
    ['KAFKA_TOPIC', 'a topic'],
    ['DATABASE_URL', 'mysql://host/db'],
    ['READING_MIN_TIME', 'yesterday'],
    ['GATEWAY_PORT', '70000'],
    ['GATEWAY_PORT', '3000.5'],
    ['GATEWAY_PORT', '-1'],
    ['GATEWAY_PORT', '9'.repeat(400)],
  ])('refuses %s=%s', (name, value) => {
    expect(messageOf(() => load({ [name]: value }))).toContain(`${name} is `);
  });

  it('never repeats a database password', () => {
    expect(messageOf(() => load({ DATABASE_URL: 'psql://u:secret@h/db' }))).not.toContain('secret');
  });

  describe('with secrets in files', () => {
    const files: Record<string, string> = {
      '/run/url': 'postgres://u:hunter2@db/m',
      '/run/urls': 'postgres://u:hunter2@a/m,postgres://u:hunter2@b/m',
      '/run/password': 'hunter2',
      '/run/nonsense': 'mysql://u:hunter2@db/m',
    };
    const read = (environment: Record<string, string>) =>
      loadConfig(environment, false, (_, path) => {
        const text = files[path];
        return text === undefined ? { ok: false, why: 'there is no such file' } : { ok: true, text };
      });

    it('takes them as if they stood in the variable', () => {
      const { config, warnings } = read({
        DATABASE_URL_FILE: '/run/url',
        DATABASE_READ_URLS_FILE: '/run/urls',
      });
      expect(config.DATABASE_URL).toBe('postgres://u:hunter2@db/m');
      expect(config.DATABASE_URL_FILE).toBe('/run/url');
      expect(config.DATABASE_READ_URLS).toHaveLength(2);
      expect(warnings).toEqual([]);
    });

    it.each([
      [
        { DATABASE_URL: 'postgres://u:hunter2@db/m', DATABASE_URL_FILE: '/run/url' },
        'DATABASE_URL and DATABASE_URL_FILE are both set',
      ],
      [{ DATABASE_URL_FILE: '/run/none' }, "DATABASE_URL_FILE is '/run/none'"],
      [{ DATABASE_URL_FILE: '/run/none' }, 'there is no such file'],
      [{ DATABASE_URL_FILE: '/run/nonsense' }, 'DATABASE_URL is not valid (the file of DATABASE_URL_FILE)'],
      [{ DATABASE_URL_FILE: '\0' }, 'a path of at most'],
      [{ DATABASE_PASSWORD_FILE: '/run/password' }, 'DATABASE_PASSWORD is set without DATABASE_URL'],
      [{ DATABASE_USER: 'api' }, 'DATABASE_USER is set without DATABASE_URL'],
      [
        { DATABASE_URL_FILE: '/run/url', DATABASE_USER: 'api' },
        'DATABASE_USER is set, and DATABASE_URL names a user',
      ],
      [
        { DATABASE_URL_FILE: '/run/url', DATABASE_PASSWORD_FILE: '/run/password' },
        'DATABASE_PASSWORD is set, and DATABASE_URL has a password',
      ],
      [
        { DATABASE_PASSWORD: 'hunter2\nhunter3' },
        'DATABASE_PASSWORD is not valid, expected a password, in one line',
      ],
      [{ DATABASE_PASSWROD_FILE: '/run/hunter2' }, 'did you mean DATABASE_PASSWORD_FILE?'],
    ])('refuses %o and repeats no content', (environment, expected) => {
      const message = messageOf(() => read(environment));
      expect(message).toContain(expected);
      expect(message).not.toContain('hunter2');
    });

    it('reads files by itself, and says of one that is missing which it is', () => {
      expect(messageOf(() => load({ DATABASE_URL_FILE: '/nowhere/url' }))).toContain(
        "DATABASE_URL_FILE is '/nowhere/url', expected a file that can be used, and there is no such file",
      );
    });
  });

  describe('with PostgreSQL over TLS', () => {
    const url = 'postgres://u@db/m';
    const read = (environment: Record<string, string>) =>
      loadConfig(environment, false, () => ({ ok: true, text: 'postgres://u@db/m' }));

    it.each(['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'])(
      'takes sslmode=%s',
      (mode) => {
        const ca: Record<string, string> = mode === 'disable' ? {} : { DATABASE_TLS_CA_FILE: '/ca' };
        expect(read({ DATABASE_URL: `${url}?sslmode=${mode}`, ...ca }).config.DATABASE_URL).toContain(mode);
      },
    );

    it.each([
      [{ DATABASE_URL: `${url}?sslmode=verify_full` }, 'expected sslmode to be disable, prefer'],
      [{ DATABASE_URL: `${url}?ssl=maybe` }, 'expected sslmode to be disable, prefer'],
      [
        { DATABASE_URL: url, DATABASE_READ_URLS: `${url}?sslmode=full` },
        'DATABASE_READ_URLS is not valid, expected sslmode',
      ],
      [
        { DATABASE_URL: `${url}?sslmode=disable`, DATABASE_TLS_CA_FILE: '/ca' },
        'expected sslmode=verify-full in it',
      ],
      [{ DATABASE_URL: `${url}?sslmode=verify-ca` }, 'asks for sslmode=verify-ca without a CA'],
      [
        { DATABASE_URL: url, DATABASE_TLS_CERT_FILE: '/c' },
        'DATABASE_TLS_CERT_FILE is set without DATABASE_TLS_KEY_FILE',
      ],
      [
        { DATABASE_URL: url, DATABASE_TLS_KEY_FILE: '/k' },
        'DATABASE_TLS_KEY_FILE is set without DATABASE_TLS_CERT_FILE',
      ],
      [{ DATABASE_TLS_CA_FILE: '/ca' }, 'DATABASE_TLS_CA_FILE is set without DATABASE_URL'],
    ])('refuses %o', (environment, expected) => {
      expect(messageOf(() => read(environment))).toContain(expected);
    });
  });

  describe('with Kafka behind TLS and SASL', () => {
    const brokers = { KAFKA_BROKERS: 'b:9093' };
    const user = { KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'hunter2' };
    const read = (environment: Record<string, string>) =>
      loadConfig(environment, false, () => ({ ok: true, text: 'hunter2' }));

    it.each<Record<string, string>>([
      { KAFKA_SECURITY_PROTOCOL: 'SSL' },
      { KAFKA_SECURITY_PROTOCOL: 'ssl', KAFKA_TLS_CA_FILE: '/ca', KAFKA_TLS_SERVERNAME: 'kafka.example.com' },
      { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'scram-sha-512', ...user },
      { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'PLAIN', ...user },
      { KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256', ...user },
      {
        KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
        KAFKA_SASL_MECHANISM: 'PLAIN',
        KAFKA_SASL_PLAIN_WITHOUT_TLS: 'true',
        ...user,
      },
      {
        KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
        KAFKA_SASL_MECHANISM: 'PLAIN',
        KAFKA_SASL_USERNAME: 'u',
        KAFKA_SASL_PASSWORD_FILE: '/p',
      },
    ])('takes %o', (environment) => {
      const { config } = read({ ...brokers, ...environment });
      expect(config.KAFKA_SECURITY_PROTOCOL).toBe(environment['KAFKA_SECURITY_PROTOCOL']?.toUpperCase());
    });

    it.each<[Record<string, string>, string]>([
      [{ KAFKA_SECURITY_PROTOCOL: 'TLS' }, 'expected PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL'],
      [{ KAFKA_SASL_MECHANISM: 'GSSAPI' }, 'expected PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512'],
      [
        user,
        'KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD is set, and KAFKA_SECURITY_PROTOCOL is PLAINTEXT, expected SASL_SSL',
      ],
      [
        { KAFKA_TLS_CA_FILE: '/ca' },
        'KAFKA_TLS_CA_FILE is set, and KAFKA_SECURITY_PROTOCOL is PLAINTEXT, expected SSL',
      ],
      [{ KAFKA_SECURITY_PROTOCOL: 'SSL', ...user }, 'KAFKA_SECURITY_PROTOCOL is SSL, expected SASL_SSL'],
      [
        { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'PLAIN' },
        'KAFKA_SASL_USERNAME is not set, expected it',
      ],
      [{ KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', ...user }, 'KAFKA_SASL_MECHANISM is not set, expected it'],
      [
        { KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT', KAFKA_SASL_MECHANISM: 'PLAIN', ...user },
        'KAFKA_SASL_PLAIN_WITHOUT_TLS=true',
      ],
      [
        { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_TLS_CERT_FILE: '/c' },
        'KAFKA_TLS_CERT_FILE is set without KAFKA_TLS_KEY_FILE',
      ],
      [{ KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_TLS_SERVERNAME: 'a b' }, 'expected a host name'],
      [
        { ...user, KAFKA_SASL_PASSWORD_FILE: '/p' },
        'KAFKA_SASL_PASSWORD and KAFKA_SASL_PASSWORD_FILE are both set',
      ],
    ])('refuses %o and repeats no secret', (environment, expected) => {
      const message = messageOf(() => read({ ...brokers, ...environment }));
      expect(message).toContain(expected);
      expect(message).not.toContain('hunter2');
    });

    it('refuses all of it without brokers, where nothing would use it', () => {
      const message = messageOf(() => read({ KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', ...user }));
      expect(message).toContain('KAFKA_SECURITY_PROTOCOL is set without KAFKA_BROKERS');
      expect(message).toContain('KAFKA_SASL_PASSWORD is set without KAFKA_BROKERS');
    });
  });

  it('names the variable that a misspelt one was meant to be', () => {
    expect(messageOf(() => load({ KAFKA_BROKER: 'a:1' }))).toContain(
      'KAFKA_BROKER is unknown, did you mean KAFKA_BROKERS?',
    );
    expect(messageOf(() => load({ DATABSAE_URL: 'x' }))).toContain('did you mean DATABASE_URL?');
    expect(messageOf(() => load({ gateway_port: '1' }))).toContain('did you mean GATEWAY_PORT?');
  });

  it('warns of a variable that only looks like one of ours', () => {
    expect(load({ KAFKA_HEAP_OPTS: '-Xmx1g' }).warnings[0]).toContain('KAFKA_HEAP_OPTS');
  });

  it('leaves foreign variables and Kubernetes service links alone', () => {
    const foreign = {
      PATH: '/bin',
      POST: 'x',
      KAFKA_SERVICE_HOST: '10.0.0.1',
      GATEWAY_PORT_3000_TCP_ADDR: '10.0.0.1',
    };
    expect(load(foreign).warnings).toEqual([]);
  });

  it('refuses marks in the wrong order', () => {
    expect(
      messageOf(() => load({ GATEWAY_PAUSE_BYTES: '2000000', GATEWAY_REFUSE_BYTES: '1000000' })),
    ).toContain('higher mark');
  });

  it('keeps what is finer no longer than what is made of it', () => {
    expect(messageOf(() => load({ RETENTION_15M_DAYS: '30' }))).toContain('without RETENTION_RAW_DAYS');
    const tooSoon = { RETENTION_RAW_DAYS: '30', RETENTION_15M_DAYS: '36' };
    expect(messageOf(() => load(tooSoon))).toContain('expected 37 at least');
    const all = { RETENTION_RAW_DAYS: '30', RETENTION_15M_DAYS: '37', RETENTION_1H_DAYS: '37' };
    expect(load(all).config.RETENTION_1H_DAYS).toBe(37);
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
