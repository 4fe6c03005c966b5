import { freePorts } from '../../tests/harness/free-ports.js';
import { RoleProcess } from '../role-process.js';

/** `meterpulse live` as its user starts it, on ports of its own. */
export class LiveRole implements AsyncDisposable {
  private constructor(
    readonly port: number,
    private readonly role: RoleProcess,
  ) {}

  static async start(
    databaseUrl: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<LiveRole> {
    const [port = 0, adminPort = 0] = await freePorts(2);
    const role = await RoleProcess.start('live', adminPort, {
      DATABASE_URL: databaseUrl,
      LIVE_PORT: String(port),
      ...environment,
    });
    return new LiveRole(port, role);
  }

  async metrics(): Promise<string> {
    return (await fetch(this.role.metricsUrl)).text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.role.stop();
  }
}
