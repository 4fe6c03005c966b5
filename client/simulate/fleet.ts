import { seededRandom, type Random } from '../../helpers/seeded-random.js';
import type { Credentials } from '../transport/credentials.js';
import type { Turnstile } from '../transport/turnstile.js';
import type { Clock } from '../station/clock.js';
import type { DeviceMessage } from '../station/device-message.js';
import type { Journal } from '../station/journal.js';
import type { Answer, Exchange } from '../station/message.js';
import { SHED } from '../station/outbox.js';
import { Station } from '../station/station.js';
import type { Place } from './arrivals.js';
import { BadNetwork } from './bad-network.js';
import { ConnectorScript, type ScriptEvent } from './connector-script.js';
import {
  deviceClock,
  dialectOf,
  faultsOf,
  intervalsOf,
  placesOf,
  type FleetOptions,
} from './fleet-settings.js';
import { fleetSite, type ConnectorPlace } from './fleet-site.js';
import { readingsOf, type ReadingLedger } from './reading-ledger.js';
import { hashOf } from './seed-of.js';
import type { Tally } from './tally.js';
import { TimeHeap } from './time-heap.js';

export interface FleetParts {
  readonly options: FleetOptions;
  readonly clock: Clock;
  /** Simulated time now, ms since 1970 UTC. */
  readonly simulatedTime: () => number;
  readonly handshakes: Turnstile;
  readonly journal: Journal | null;
  readonly ledger: ReadingLedger | null;
  readonly tally: Tally;
  readonly credentials: Credentials;
}

interface Role extends ConnectorPlace {
  /** Decides on what is overtaken. */
  readonly random: Random;
  /** Where it stands in the queue; another place there is a former one. */
  dueAt: number;
}

const PLACES: readonly Place[] = ['road', 'home', 'work', 'road'];
const MOST_OVERTAKING = 5;
const LONGEST_PLAY_MS = 20;

/** The charge points of one process, and what happens at them. */
export class Fleet {
  readonly stations: readonly Station[];
  readonly #networks: readonly BadNetwork[];
  readonly #due = new TimeHeap<Role>();
  /** Why the last attempt to connect failed, as the server or the system says it; '' while none did. */
  lastFailure = '';

  constructor(private readonly parts: FleetParts) {
    const { options } = parts;
    const made = placesOf(options).map(({ index, id }) => this.#make(index, id));
    this.stations = made.map(({ station }) => station);
    this.#networks = made.map(({ network }) => network);
  }

  /** Messages that aren't settled. */
  get waiting(): number {
    return this.stations.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  get online(): number {
    return this.stations.reduce((sum, { state }) => sum + (state === 'online' ? 1 : 0), 0);
  }

  /** When something happens next, simulated time; Infinity after the end. */
  get nextAt(): number {
    return this.#due.nextAt;
  }

  /** Connects one after the other, `ramp` a second, and lets the trouble begin. */
  connect(): void {
    const { clock, options } = this.parts;
    const everyMs = (1_000 * options.part[1]) / options.ramp;
    this.stations.forEach((station, index) =>
      clock.after(index * everyMs, () => {
        station.connect();
        this.#networks[index]?.attach(station);
      }),
    );
  }

  /** Does what is due until a simulated time, for some ms at most: the sockets want their turn too. */
  play(until: number): void {
    const { clock } = this.parts;
    const endsAt = clock.elapsed() + LONGEST_PLAY_MS;
    while (this.#due.nextAt <= until && clock.elapsed() < endsAt) {
      const at = this.#due.nextAt;
      const role = this.#due.pop();
      if (role === undefined) return;
      if (role.dueAt !== at) continue;
      this.#do(role, role.script.next());
      this.#follow(role);
    }
  }

  /** From now on the networks are good, and nothing is held back: what waits should get through. */
  settle(): void {
    for (const network of this.#networks) network.stop();
    for (const station of this.stations) {
      station.releaseOvertaken();
      if (station.state === 'offline') station.connect();
    }
  }

  stop(): void {
    for (const network of this.#networks) network.stop();
    for (const station of this.stations) station.stop();
  }

  #make(index: number, id: string): { station: Station; network: BadNetwork } {
    const { options, clock, handshakes, journal, simulatedTime, credentials } = this.parts;
    const { localAddresses } = options;
    // Of its own, so that what the network does changes nothing of what is said.
    const luck = seededRandom(hashOf(options.seed, id, 'network'));
    const network = new BadNetwork(faultsOf(options, luck), clock, luck);
    const deviceTime = deviceClock(options, id);
    const roles: Role[] = [];
    const station = new Station(
      {
        ...{ chargePointId: id, url: options.url, clock, handshakes, journal, credentials },
        dialect: dialectOf(options, index),
        deviceTime: () => deviceTime(simulatedTime()),
        random: luck,
        answerTimeoutMs: options.timeout,
        outboxBytes: options.outboxBytes,
        localAddress: localAddresses?.[index % localAddresses.length],
        network: network.around,
        site: fleetSite({
          ...{ connectors: options.connectors, places: roles, simulatedTime },
          changed: (role) => this.#follow(role),
        }),
      },
      {
        onSent: (exchange) => {
          const { counts } = this.parts.tally;
          counts.sent++;
          if (exchange.attempt > 1) counts.resent++;
        },
        onAnswered: (exchange, answer) => this.#answered(station, exchange, answer, luck),
        onRetry: () => this.parts.tally.counts.retries++,
        onClosed: (code, wanted) => {
          const { counts, closeCodes } = this.parts.tally;
          if (!wanted) counts.connectionsLost++;
          if (!wanted) closeCodes[code] = (closeCodes[code] ?? 0) + 1;
        },
        onConnectFailed: ({ message }) => this.#notConnected(message),
        onRefused: (status, detail) =>
          this.#notConnected(`the server answered HTTP ${status}${detail === '' ? '' : `: ${detail}`}`),
        onState: (state) => {
          if (state === 'online') this.parts.tally.counts.connections++;
        },
      },
    );
    const intervals = intervalsOf(options);
    for (let connectorId = 1; connectorId <= options.connectors; connectorId++) {
      const random = seededRandom(hashOf(options.seed, id, connectorId));
      const script = new ConnectorScript(
        {
          ...{ connectorId, deviceTime, ...intervals },
          place: PLACES[index % PLACES.length] ?? 'road',
          beginAt: options.begin,
          endAt: options.end,
        },
        random,
      );
      const order = seededRandom(hashOf(options.seed, id, 'order', connectorId));
      roles.push({ station, script, random: order, connectorId, dueAt: Infinity });
    }
    for (const role of roles) this.#resume(role);
    return { station, network };
  }

  #notConnected(why: string): void {
    this.parts.tally.counts.connectFailures++;
    this.lastFailure = why;
  }

  /** Goes over what an earlier run said already. */
  #resume(role: Role): void {
    const { station, script, connectorId } = role;
    const done = this.parts.journal?.state.station(station.chargePointId).steps.get(connectorId) ?? 0;
    for (let step = 0; step < done && script.nextAt < Infinity;) {
      const event = script.next();
      step = event.step;
      if (event.kind === 'start') station.resumeSession(event.session);
      else if (event.kind === 'stop') station.endSession(event.session);
    }
    this.#follow(role);
  }

  #follow(role: Role): void {
    role.dueAt = role.script.nextAt;
    if (role.dueAt < Infinity) this.#due.push(role.dueAt, role);
  }

  #do({ station, random, connectorId }: Role, event: ScriptEvent): void {
    const { options, tally } = this.parts;
    const { step, measurement } = event;
    tally.counts.steps++;
    switch (event.kind) {
      case 'start':
        if (station.startSession(event.session, measurement, { step })) tally.counts.sessions++;
        else tally.counts.sessionsRefused++;
        station.status(connectorId, 'Charging');
        return;
      case 'sample': {
        const isOvertaken = options.reorder > 0 && random() < options.reorder;
        const overtakenBy = isOvertaken ? 1 + Math.floor(random() * MOST_OVERTAKING) : 0;
        station.reading(connectorId, event.session, measurement, { step, overtakenBy });
        return;
      }
      case 'stop':
        station.stopSession(event.session, event.meterStopWh, event.reason, [measurement], { step });
        station.status(connectorId, 'Available');
    }
  }

  #answered(station: Station, exchange: Exchange<DeviceMessage>, answer: Answer, luck: Random): void {
    const { tally, ledger, options } = this.parts;
    const { stored } = exchange.message;
    if (answer.latencyMs !== null) tally.latencies.add(answer.latencyMs);
    if (stored === null) return;
    const { counts, rejectCodes } = tally;
    if (answer.taken) {
      counts.acknowledged++;
      if (ledger !== null && exchange.sentPayload !== null)
        ledger.add(readingsOf(station.chargePointId, stored, exchange.sentPayload, answer.payload));
      if (options.duplicates > 0 && luck() < options.duplicates) {
        counts.duplicates++;
        station.repeat(exchange);
      }
    } else if (answer.code === SHED) counts.shed++;
    else {
      counts.rejected++;
      const code = answer.code === '' ? answer.verdict : answer.code;
      rejectCodes[code] = (rejectCodes[code] ?? 0) + 1;
    }
  }
}
