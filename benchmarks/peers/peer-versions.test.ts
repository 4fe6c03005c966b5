import { describe, expect, it } from 'vitest';
import { mavenVersion, npmVersion, pythonVersion } from './peer-versions.js';

describe('versions of the peers', () => {
  it('are found where each is pinned', () => {
    const found = [npmVersion('ocpp-rpc'), pythonVersion('ocpp'), pythonVersion('asyncpg')];
    for (const version of [...found, mavenVersion('debezium-connector-jdbc')]) {
      expect(version).toMatch(/^\d+\.\d+/);
    }
  });

  it('are an error where nothing is pinned, rather than unknown', () => {
    expect(() => pythonVersion('django')).toThrow('django');
    expect(() => mavenVersion('camel')).toThrow('camel');
    expect(() => npmVersion('no-such-package')).toThrow('no-such-package');
  });
});
