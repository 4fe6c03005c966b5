import { describe, expect, it } from 'vitest';
import { scram, ScramError } from './scram.js';

/** The examples of RFC 7677 (SHA-256), and of the same exchange by SHA-512, as other clients have it. */
const RFC = {
  username: 'user',
  password: 'pencil',
  nonce: 'rOprNGfwEbeRWgbNEkqO',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
};

async function exchange(
  answers: readonly string[],
  { username = RFC.username, password = RFC.password } = {},
): Promise<string[]> {
  const sent: string[] = [];
  await scram(
    { digest: 'sha256', username, password },
    (message) => {
      sent.push(message);
      return Promise.resolve(answers[sent.length - 1] ?? '');
    },
    RFC.nonce,
  );
  return sent;
}

describe('SCRAM', () => {
  it('is the exchange of RFC 7677', async () => {
    expect(await exchange([RFC.serverFirst, RFC.serverFinal])).toEqual([
      `n,,n=user,r=${RFC.nonce}`,
      RFC.clientFinal,
    ]);
  });

  it('writes a user name with commas and equal signs as RFC 5802 wants it', async () => {
    const sent: string[] = [];
    const answer = (message: string): Promise<string> => {
      sent.push(message);
      return Promise.resolve('');
    };
    const credentials = { digest: 'sha512', username: 'a=b,c', password: 'x' } as const;
    await expect(scram(credentials, answer)).rejects.toBeInstanceOf(ScramError);
    expect(sent[0]).toMatch(/^n,,n=a=3Db=2Cc,r=.{32}$/);
  });

  it.each([
    ['has another nonce', ['r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'], 'did not go on'],
    ['adds nothing to the nonce', [`r=${RFC.nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`], 'did not go on'],
    ['asks for few iterations', [RFC.serverFirst.replace('i=4096', 'i=1')], 'asks for 1 iterations'],
    [
      'asks for endless work',
      [RFC.serverFirst.replace('i=4096', 'i=999999999')],
      'asks for 999999999 iterations',
    ],
    ['asks for nonsense', [RFC.serverFirst.replace('i=4096', 'i=x')], 'asks for x iterations'],
    ['says nothing', [], 'did not go on'],
    ['refuses', [RFC.serverFirst, 'e=invalid-proof'], 'the server says invalid-proof'],
    ['proves nothing', [RFC.serverFirst, 'v='], 'does not prove'],
    ['proves another password', [RFC.serverFirst, `v=${'A'.repeat(43)}=`], 'does not prove'],
  ])('does not believe a server that %s', async (_, answers, why) => {
    const failure = await exchange(answers).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ScramError);
    expect(String(failure)).toContain(why);
    expect(String(failure)).not.toContain('pencil');
  });
});
