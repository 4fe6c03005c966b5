import type { Right } from './kafka-users.js';

/** Where brokers check rights, what each role and command needs of the topic, the group and the cluster: docs/managed-services.md. */
const ON_TOPIC: Readonly<Record<string, readonly string[]>> = {
  gateway: ['Describe', 'DescribeConfigs', 'Write'],
  worker: ['Describe', 'DescribeConfigs', 'Read'],
  api: ['Describe', 'DescribeConfigs', 'Write'],
  migrate: ['Create', 'Alter', 'AlterConfigs', 'Describe', 'DescribeConfigs'],
};
const ON_GROUP: Readonly<Record<string, readonly string[]>> = { worker: ['Read', 'Describe'] };
const ON_CLUSTER: Readonly<Record<string, readonly string[]>> = { gateway: ['Describe'], api: ['Describe'] };

/**
 * @param args of a container: of a role, or of `migrate`, which with `--check` only looks; others need none
 */
export function kafkaRights([role = '', option]: readonly string[], topic: string, group: string): Right[] {
  if (role === 'migrate' && option === '--check')
    return rightsOn('topic', ['Describe', 'DescribeConfigs'], topic);
  return [
    ...rightsOn('topic', ON_TOPIC[role] ?? [], topic),
    ...rightsOn('group', ON_GROUP[role] ?? [], group),
    ...(ON_CLUSTER[role] ?? []).map((operation) => ({ operation, type: 'cluster' as const })),
  ];
}

/** Of whoever asks how far a group is behind: KEDA. */
export function lagRights(topic: string, group: string): Right[] {
  return [...rightsOn('topic', ['Describe'], topic), ...rightsOn('group', ['Describe'], group)];
}

function rightsOn(type: Right['type'], operations: readonly string[], name: string): Right[] {
  return operations.map((operation) => ({ operation, type, name }));
}
