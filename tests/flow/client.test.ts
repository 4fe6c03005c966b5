import { describe, expect, it, vi } from 'vitest';
import { doScript, jsonLines, runClient, startClient } from '../harness/client-program.js';
import type { ControlledLog } from '../harness/controlled-log.js';
import { freePorts } from '../harness/free-ports.js';
import { startGateway } from '../harness/gateway.js';

const WAIT = { timeout: 30_000, interval: 50 };

/** What the log has of each kind, in its order. */
function logged(log: ControlledLog): readonly Readonly<Record<string, unknown>>[] {
  return log.messages.map(({ value }) => JSON.parse(value) as Record<string, unknown>);
}

function valuesOf(log: ControlledLog): readonly unknown[] {
  return logged(log)
    .filter(({ kind }) => kind === 'meterValues')
    .map(({ payload }) => {
      const { meterValue } = payload as { meterValue: { sampledValue: { value: string }[] }[] };
      return meterValue[0]?.sampledValue[0]?.value;
    });
}

describe('the client as a script', () => {
  it('runs a session by OCPP 1.6 and ends with 0', async () => {
    const { url, log } = await startGateway();
    const script =
      'connect; boot; authorize CARD-7; start CARD-7 1000; send 1.5 kWh; again; stop 1600 Remote; show';
    const { code, stdout, stderr } = await runClient(['--url', url, '--id', 'Lobby 3/2', '--exec', script]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout.match(/accepted/g)).toHaveLength(6 + 1);
    expect(stdout).toMatch(/accepted +[\d.]+ ms {2}m1 +BootNotification/);
    expect(stdout).not.toContain('\u001b');
    expect(logged(log).map(({ kind, chargePointId }) => [kind, chargePointId])).toEqual([
      ['startTransaction', 'Lobby 3/2'],
      ['meterValues', 'Lobby 3/2'],
      ['meterValues', 'Lobby 3/2'],
      ['stopTransaction', 'Lobby 3/2'],
    ]);
    const transaction = Number(/transaction (\d+)/.exec(stdout)?.[1]);
    expect(logged(log)[1]).toMatchObject({ payload: { connectorId: 1, transactionId: transaction } });
    expect(logged(log)[3]).toMatchObject({
      payload: { transactionId: transaction, idTag: 'CARD-7', meterStop: 1600, reason: 'Remote' },
    });
  });

  it('gets the same transaction id for a repeated Start', async () => {
    const { url, log } = await startGateway();
    const { code, stdout } = await doScript(['--url', url, '--exec', 'start; again; drop; restore; again']);
    expect(code).toBe(0);
    expect(stdout.match(/the same as before/g)).toHaveLength(2);
    expect(logged(log).filter(({ kind }) => kind === 'startTransaction')).toHaveLength(3);
  });

  it('queues what is sent while the connection is dropped, and sends it in its order afterwards', async () => {
    const { url, log } = await startGateway();
    const script = 'connect; send 1; drop; start TAG 2; send 2 Wh; send 3 Wh; stop 4; restore; session';
    const { code, stdout } = await doScript(['--url', url, '--exec', script]);
    expect(code).toBe(0);
    expect(stdout.match(/queued/g)).toHaveLength(4);
    expect(logged(log).map(({ kind }) => kind)).toEqual([
      'meterValues',
      'startTransaction',
      'meterValues',
      'meterValues',
      'stopTransaction',
    ]);
    expect(valuesOf(log)).toEqual(['1', '2', '3']);
    const started = Number(/transaction (\d+)/.exec(stdout)?.[1]);
    // Sent before the Start had its answer, and yet with the id from it.
    expect(logged(log)[2]).toMatchObject({ payload: { transactionId: started } });
  });

  it('fails, and sends nothing, when what it queued is never restored', async () => {
    const { url, log } = await startGateway();
    const { code, stderr } = await doScript(['--url', url, '--exec', 'connect; drop; send 1 kWh']);
    expect(code).toBe(1);
    expect(stderr).toContain('not sent: 1 message');
    expect(log.messages).toHaveLength(0);
  });

  it('speaks plain JSON too, says that sessions are not for it, and stops at what failed', async () => {
    const { url, log } = await startGateway();
    const args = ['--url', url, '--protocol', 'json', '--json', '--exec'];
    const { code, stdout, stderr } = await runClient([
      ...args,
      'connect; send 1250.5 kWh transaction=7; start; send 2 kWh',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('--protocol ocpp1.6');
    expect(valuesOf(log)).toEqual(['1250.5']);
    expect(logged(log)[0]).toMatchObject({ protocol: 'json', payload: { transactionId: 7 } });
    const lines = jsonLines(stdout);
    expect(lines.map(({ event }) => event)).toEqual(['connected', 'answer', 'end']);
    expect(lines.find(({ event }) => event === 'answer')).toMatchObject({
      ...{ id: 'm1', action: 'MeterValues', verdict: 'accepted', attempt: 1 },
      latencyMs: expect.any(Number) as number,
    });
    expect(lines.at(-1)).toMatchObject({
      event: 'end',
      ok: false,
      commands: 3,
      failed: 1,
      sent: 1,
      accepted: 1,
    });
  });

  it('shows why a message is rejected, goes on with --keep-going, and ends with 1', async () => {
    const { url } = await startGateway();
    const script = 'send value=NaN; raw nonsense; send 1 kWh';
    const args = ['--url', url, '--protocol', 'json', '--keep-going', '--exec', script];
    const { code, stdout, stderr } = await doScript(args);
    expect(code).toBe(1);
    expect(stdout).toMatch(/rejected .*invalid_value.* at \/payload\/meterValue\/0\/sampledValue\/0/);
    expect(stdout).toMatch(/rejected .*invalid_json/);
    expect(stdout).toMatch(/accepted .*1 kWh/);
    expect(stderr.match(/failed/g)).toHaveLength(2);
  });

  it('shows the code and description of a CALLERROR', async () => {
    const { url } = await startGateway();
    const { code, stdout } = await doScript(['--url', url, '--exec', 'call Authorize {}']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/rejected +[\d.]+ ms {2}m1 +Authorize +{} +→ OccurenceConstraintViolation: /);
  });

  it('sends again what the gateway can not take now, until it can', async () => {
    const { url, log } = await startGateway();
    log.mode = 'refuse';
    const run = startClient(['--url', url, '--exec', 'send 1 kWh']);
    await vi.waitFor(() => expect(run.stdout()).toMatch(/retry .*InternalError.*again in/), WAIT);
    log.mode = 'confirm';
    expect(await run.ended).toBe(0);
    expect(valuesOf(log)).toEqual(['1']);
    expect(run.stdout()).toMatch(/accepted .*m1\.\d/);
  });

  it('repeats a growing reading until it is told to stop', async () => {
    const { url, log } = await startGateway();
    const { code } = await doScript([
      '--url',
      url,
      '--exec',
      'connect; every 50ms 1250.5 kWh +0.1; wait 1s; every stop',
    ]);
    expect(code).toBe(0);
    expect(valuesOf(log).slice(0, 4)).toEqual(['1250.5', '1250.6', '1250.7', '1250.8']);
  });

  it('explains a charge point that is refused, at once', async () => {
    const { url } = await startGateway({}, {
      admission: { admit: () => Promise.resolve('refuse') },
    } as never);
    const { code, stdout, stderr } = await doScript(['--url', `${url}/nowhere/else`, '--exec', 'connect']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused .*HTTP 404.*The paths are.*is not registered/);
    expect(stderr).toContain('connect: there is no connection');
  });

  it('gives up a connection that does not come within --timeout, and says what is missing', async () => {
    const [port = 0] = await freePorts(1);
    const args = ['--url', `ws://127.0.0.1:${port}`, '--timeout', '1s', '--exec', 'connect'];
    const { code, stdout, stderr } = await doScript(args);
    expect(code).toBe(1);
    expect(stdout).toContain('nothing listens at');
    expect(stderr).toContain('connect: no connection within 1 s');
  });
});

describe('the client without a terminal', () => {
  it('does the commands on its standard input, line by line as they come', async () => {
    const { url, log } = await startGateway();
    const run = startClient(['--url', url]);
    run.child.stdin.write('# a reading\nsend 1 kWh\n');
    await vi.waitFor(() => expect(valuesOf(log)).toEqual(['1']), WAIT);
    run.child.stdin.write('send 2 kWh; send 3 kWh\n\n');
    await vi.waitFor(() => expect(valuesOf(log)).toEqual(['1', '2', '3']), WAIT);
    run.child.stdin.end();
    expect(await run.ended).toBe(0);
    expect(run.stdout()).not.toContain('CP-1 online>');
  });

  it('leaves by quit, and by 130 after Ctrl-C', async () => {
    const { url } = await startGateway();
    expect(await runClient(['--url', url], 'send 1 kWh\nquit\nsend 2 kWh\n')).toMatchObject({ code: 0 });
    const run = startClient(['--url', url, '--exec', 'connect; wait 1h']);
    await vi.waitFor(() => expect(run.stdout()).toContain('connected'), WAIT);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
  });

  it.each([
    [['--url', 'nonsense'], '--url should be: an address like ws://127.0.0.1:3000'],
    [['--timeout', 'soon'], '--timeout should be: a time from 100ms to 1h'],
    [['--id', ' '], '--id should be: an id of 1 to 255 characters'],
    [['--protocol', 'ocpp2.0.1'], 'Allowed choices are json, ocpp1.6'],
    [['--exce', 'x'], 'Did you mean --exec'],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stderr } = await runClient(args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });
});
