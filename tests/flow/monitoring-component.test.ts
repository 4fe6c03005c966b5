import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deployments, ofKind, parseManifests, roleOf } from '../../scripts/manifests/manifest.js';
import { render, renderUnavailable } from '../../scripts/manifests/render.js';
import { DASHBOARDS } from '../../scripts/observability/dashboards/dashboards.js';
import { ruleGroups } from '../../scripts/observability/rule-files.js';

const podMonitor = z.object({
  spec: z.object({
    selector: z.object({
      matchLabels: z.record(z.string(), z.string()),
      matchExpressions: z.array(
        z.object({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()) }),
      ),
    }),
    podMetricsEndpoints: z.array(z.object({ port: z.string(), path: z.literal('/metrics') })).length(1),
  }),
});
const rules = z.object({ spec: z.object({ groups: z.array(z.unknown()) }) });
const dashboards = z.object({ data: z.record(z.string(), z.string()) });

const missing = renderUnavailable();

describe.skipIf(missing !== undefined)(
  `the component monitoring${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    const component = missing === undefined ? parseManifests(render('kubernetes/components/monitoring')) : [];

    it('watches the pods of every role, and no others, at a port that they have', () => {
      const { selector, podMetricsEndpoints } = podMonitor.parse(
        ofKind(component, 'PodMonitor')[0]?.whole,
      ).spec;
      const roles = deployments(parseManifests(render('kubernetes/overlays/minikube')));
      expect(roles.map(roleOf).sort()).toEqual([...(selector.matchExpressions[0]?.values ?? [])].sort());
      for (const { template } of roles) {
        const { labels } = template.metadata;
        expect(labels).toMatchObject(selector.matchLabels);
        for (const { key, values } of selector.matchExpressions) expect(values).toContain(labels[key]);
        const ports = template.spec.containers.flatMap((container) => container.ports);
        expect(ports.map(({ name }) => name)).toContain(podMetricsEndpoints[0]?.port);
      }
    });

    it('has every rule, and every dashboard under the label that Grafana looks for', () => {
      expect(rules.parse(ofKind(component, 'PrometheusRule')[0]?.whole).spec.groups).toEqual(ruleGroups());
      const maps = ofKind(component, 'ConfigMap');
      expect(maps.map(({ metadata }) => metadata.labels)).toEqual(
        DASHBOARDS.map(() => ({ grafana_dashboard: '1' })),
      );
      const files = maps.flatMap(({ whole }) => Object.keys(dashboards.parse(whole).data));
      expect(files.sort()).toEqual(DASHBOARDS.map(({ name }) => `${name}.json`).sort());
    });
  },
);
