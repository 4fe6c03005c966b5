import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const RULES = 'observability/rules';

const text = z.record(z.string(), z.string());
const recording = z.strictObject({ record: z.string(), expr: z.coerce.string(), labels: text.optional() });
const alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: text,
  annotations: text,
});
const group = z.strictObject({
  name: z.string(),
  interval: z.string().optional(),
  rules: z.array(z.union([recording, alert])),
});

export type RecordingRule = z.output<typeof recording>;
export type AlertRule = z.output<typeof alert>;
export type RuleGroup = z.output<typeof group>;

/** All groups of all files under observability/rules, in the order of the files' names. Throws for what is no rule. */
export function ruleGroups(): RuleGroup[] {
  return ruleFiles().flatMap(
    (path) => z.strictObject({ groups: z.array(group) }).parse(parse(readFileSync(path, 'utf8'))).groups,
  );
}

export function ruleFiles(): string[] {
  return readdirSync(RULES)
    .sort()
    .map((file) => join(RULES, file));
}

export function alerts(groups: readonly RuleGroup[]): AlertRule[] {
  return groups.flatMap(({ rules }) => rules).filter((rule) => 'alert' in rule);
}

export function recordings(groups: readonly RuleGroup[]): RecordingRule[] {
  return groups.flatMap(({ rules }) => rules).filter((rule) => 'record' in rule);
}
