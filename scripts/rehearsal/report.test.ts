import { describe, expect, it } from 'vitest';
import { parseFacts } from './facts.js';
import { rehearsalReport } from './report.js';

const at = (second: number): string => `2026-11-27T12:00:${String(second).padStart(2, '0')}.000Z`;
const summary = { acknowledged: 7, connectionsLost: 3, ackMs: { p50: 1.4, p99: 20.2, max: 300 }, sent: 9 };
const comparison = { acknowledged: 14, stored: 20, lost: 0, doubled: 0, unacknowledged: 6, lines: 14 };
const messages = { received: 3, stored: 3, duplicate: 0, rejected: 0 };
const FACTS: readonly Record<string, unknown>[] = [
  {
    ...{ kind: 'environment', at: at(0), kubernetes: 'v1.34.1', revision: 'abc1234' },
    ...{ nodes: '2 25165824Ki containerd://1.6.20\n4 8Gi docker://1\n', chargePoints: '100', rate: '50' },
  },
  { kind: 'begin', at: at(1), step: 'the image' },
  { kind: 'end', at: at(4), detail: '245 MB' },
  { kind: 'image', at: at(4), bytes: '245515170', max: '250' },
  {
    ...{ kind: 'sample', at: at(5), images: 'docker.io/apache/kafka:4.1.1 docker.io/library/postgres:18' },
    log: [{ acknowledged: 3, rejected: 0 }, { messages }].map((each) => JSON.stringify(each)).join('\n'),
  },
  { kind: 'load', at: at(6), summary: JSON.stringify(summary), asked: '40', unanswered: '2' },
  { kind: 'ledger', at: at(7), comparison: JSON.stringify(comparison) },
  { kind: 'block', at: at(8), page: 'docs/kubernetes.md', command: 'kubectl get pod', digest: 'sha256:0123' },
  { kind: 'recovered', at: at(8), name: 'gateway', seconds: '6' },
  { kind: 'backup', at: at(8), seconds: '4.5', bytes: '500000000' },
  {
    ...{ kind: 'restore', at: at(8), copySeconds: '2', serverSeconds: '7.5', againSeconds: '11.1' },
    readings: '4000',
  },
  { kind: 'policies', at: at(9), enforced: 'no' },
  { kind: 'passed', at: at(10) },
];

function report(facts: readonly Record<string, unknown>[]): string {
  return rehearsalReport(parseFacts(facts.map((fact) => JSON.stringify(fact)).join('\n')));
}

describe('the report of a rehearsal', () => {
  const text = report(FACTS);

  it('says where it was, and when', () => {
    expect(text).toContain('on 2026-11-27');
    expect(text).toContain('| node 1 | 2 CPUs, 24 GiB, containerd://1.6.20 |');
    expect(text).toContain('| node 2 | 4 CPUs, 8Gi, docker://1 |');
    expect(text).toContain('| its image | 246 MB on the node, of 250 that it may have |');
  });

  it('has each step with its time and its end', () => {
    expect(text).toContain('| 12:00:01 | the image | 3 s | 245 MB |');
  });

  it('has what was counted', () => {
    expect(text).toContain('| 3, 0, 0 of 3 |');
    expect(text).toContain('| 1 ms, 20 ms, 300 ms |');
    expect(text).toContain('| … of them lost | 0 |');
    expect(text).toContain('| 40; 2 |');
  });

  it('has each block of the documentation by its digest', () => {
    expect(text).toContain('| [kubernetes.md](kubernetes.md) | `kubectl get pod` | `sha256:0123` |');
  });

  it('has how long it took to be back', () => {
    expect(text).toContain('| a pod of gateway: its successor is ready | 6 s |');
    expect(text).toContain('| a backup of 500 MB, made and checked | 4.5 s: 9.0 s per GB |');
    expect(text).toContain('| … checked and copied back | 2 s: 4.0 s per GB |');
    expect(text).toContain('the 4000 readings since the backup | 11.1 s |');
    const less = report(FACTS.filter(({ kind }) => !['recovered', 'backup'].includes(String(kind))));
    expect(less).toContain('Nothing was deleted.');
  });

  it('says whether policies were enforced', () => {
    expect(text).toContain('enforces no NetworkPolicy');
    const enforced = FACTS.map((fact) => (fact['kind'] === 'policies' ? { ...fact, enforced: 'yes' } : fact));
    expect(report(enforced)).toContain('The network enforced the NetworkPolicies');
  });

  it('names the steps that were left out', () => {
    expect(text).not.toContain('Left out');
    const left = FACTS.map((fact) =>
      fact['kind'] === 'environment' ? { ...fact, left: ' scale:a  b:c' } : fact,
    );
    expect(report(left)).toContain('- Left out: scale:a, b:c.');
  });

  it.each(['passed', 'ledger', 'load', 'image'])('is none of a rehearsal without %s', (kind) => {
    expect(() => report(FACTS.filter((fact) => fact['kind'] !== kind))).toThrow(kind);
  });

  it('is none of one with a step that did not end', () => {
    expect(() => report([...FACTS, { kind: 'begin', at: at(11), step: 'more' }])).toThrow(
      '"more" did not end',
    );
  });

  it('is none of facts that are none', () => {
    expect(() => report([{ kind: 'image', at: at(0), bytes: 'many', max: '250' }])).toThrow();
  });
});
