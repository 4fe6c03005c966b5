import { Child } from '../child.js';
import type { Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { ChainRequest } from '../floors/bare-chain.js';
import type { Latencies } from '../latencies.js';
import type { ProbeRequest, ProbeResult } from '../prober.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';
import { Topics } from '../topics.js';

const PER_SECOND = 100;

interface Chain {
  readonly ack: Latencies;
  readonly queryable: Latencies;
}

/** From sending a reading to the API's answer that has it, with each role in a process of its own. */
export async function endToEndSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const timing = quick ? { warmUpMs: 3_000, measureMs: 4_000 } : { warmUpMs: 5_000, measureMs: 15_000 };
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const product: ProbeResult[] = [];
  const floor: Chain[] = [];
  for (let round = 0; round < rounds; round++) {
    floor.push(await runChain(services, await topics.create(`bench-chain-${round}`), timing));
    product.push(await runRoles(services, await topics.create(`bench-roles-${round}`), timing));
    const [mine, bare] = [product.at(-1), floor.at(-1)].map((each) => each?.queryable.p50Ms.toFixed(1));
    progress(`end-to-end: round ${round + 1}/${rounds}: p50 ${mine} ms, the bare chain ${bare} ms`);
  }
  const figure = (name: string, of: 'ack' | 'queryable', quantile: 'p50Ms' | 'p99Ms'): Figure => ({
    name,
    unit: 'ms',
    product: product.map((each) => each[of][quantile]),
    floor: floor.map((each) => each[of][quantile]),
    target: null,
  });
  const question = spread(product.map((each) => each.question.p50Ms)).median;
  return {
    suite: 'end-to-end',
    method:
      `${PER_SECOND} messages a second from 100 charge points over /ingest; gateway, worker and API in processes of their own on ` +
      'Kafka. The newest message is asked for by /v1/charge-points/{id}/latest, again and again on one connection, until the ' +
      `answer has it (a question takes ${question.toFixed(1)} ms; ${product[0]?.queryable.count ?? 0} readings a round were followed). Times count from ` +
      'when a message was due. Floor: kafkajs send of one message (acks=all), kafkajs consumer, one INSERT, polled by SELECT.',
    figures: [
      figure('queryable by API, p50', 'queryable', 'p50Ms'),
      figure('queryable by API, p99', 'queryable', 'p99Ms'),
      figure('acknowledged, p50', 'ack', 'p50Ms'),
      figure('acknowledged, p99', 'ack', 'p99Ms'),
    ],
    breakdowns: [],
  };
}

type Timing = Pick<ProbeRequest, 'warmUpMs' | 'measureMs'>;

async function runChain(services: Services, topic: string, timing: Timing): Promise<Chain> {
  const name = topic.replaceAll('-', '_');
  const databaseUrl = await services.createDatabase(name);
  await using child = Child.start('benchmarks/floors/bare-chain', {
    KAFKA_BROKERS: services.brokers.join(),
    KAFKA_TOPIC: topic,
  });
  try {
    const request: ChainRequest = { databaseUrl, perSecond: PER_SECOND, ...timing };
    return await child.call<Chain>('run', request);
  } finally {
    await services.dropDatabase(name);
  }
}

async function runRoles(services: Services, topic: string, timing: Timing): Promise<ProbeResult> {
  await using pipeline = await PipelineRoles.create(services, topic);
  for (const role of ['gateway', 'worker', 'api']) await pipeline.start(role);
  const { gatewayPort, apiPort } = pipeline;
  await using prober = Child.start('benchmarks/prober');
  const request: ProbeRequest = { gatewayPort, apiPort, perSecond: PER_SECOND, ...timing };
  return await prober.call<ProbeResult>('probe', request);
}
