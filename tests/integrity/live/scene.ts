import { seededRandom } from '../../../helpers/seeded-random.js';
import { sessionsOf, shuffled } from '../sessions.js';
import { query } from '../system/log-ends.js';
import { sendCalls } from '../system/ocpp-calls.js';
import type { System } from '../system/system.js';
import { Crowd } from './crowd.js';
import { FILTERS, MOVERS, SENDERS, siteOf } from './filters.js';
import { RegistryTraffic } from './registry-traffic.js';
import { readStoredTables, type StoredTables } from './stored-tables.js';
import { Traffic } from './traffic.js';

export interface SceneOptions {
  readonly seed: number;
  readonly subscribers: number;
  /** Of the sockets, the share that is cut whenever messages are acknowledged. Default 0.02. */
  readonly cut?: number;
}

/** What happens at once on a system: charge points that send, a registry that changes, and a crowd that hears of it. */
export class Scene {
  private constructor(
    private readonly system: System,
    readonly crowd: Crowd,
    readonly traffic: Traffic,
    readonly registry: RegistryTraffic,
    private readonly seed: number,
  ) {}

  /** Everything is there, and nothing happens yet. */
  static async set(system: System, { seed, subscribers, cut = 0.02 }: SceneOptions): Promise<Scene> {
    const random = seededRandom(seed);
    // Those that send are there before they send, each at its site.
    await query(
      system.databaseUrl,
      'insert into charge_points (id, site) select * from unnest($1::text[], $2::text[])',
      [SENDERS, SENDERS.map((_, index) => siteOf(index))],
    );
    const crowd = new Crowd({ url: system.liveUrl, size: subscribers, filters: FILTERS, random });
    const registry = new RegistryTraffic(system.databaseUrl, MOVERS, random);
    const traffic = new Traffic({
      gatewayUrl: system.gatewayUrl,
      chargePointIds: SENDERS,
      random,
      onAcknowledged: () => {
        registry.act();
        crowd.cutSome(cut);
      },
    });
    return new Scene(system, crowd, traffic, registry, seed);
  }

  /** Charging sessions of the same charge points, in no order. */
  async sendSessions(): Promise<void> {
    await sendCalls(this.system.gatewayUrl, shuffled(sessionsOf(SENDERS), this.seed));
  }

  /** Nothing happens any more, and everything is stored: what the tables hold then. */
  async quiet(): Promise<StoredTables> {
    await this.traffic.end();
    await this.registry.done();
    await this.system.settled();
    return readStoredTables(this.system.databaseUrl);
  }

  async end(): Promise<void> {
    await this.traffic.end().catch(() => undefined);
    await this.registry.end();
    await this.crowd.end();
  }
}

/** Runs a test on a scene, and ends the scene before the system. */
export async function withScene(
  system: System,
  options: SceneOptions,
  test: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await Scene.set(system, options);
  try {
    await test(scene);
  } finally {
    await scene.end();
  }
}
