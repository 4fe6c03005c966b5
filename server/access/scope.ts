/** What somebody may do, by the names that keys and tokens carry. The closed list. */
export const SCOPES = {
  'readings:read':
    'Read readings, aggregates, energy, sessions and charge points, and hear of them on the live feed.',
  'readings:write': 'Send readings over `/ingest`, for the charge points that the key names.',
  'registry:write': 'Add, change, import and retire charge points.',
  'commands:send': 'Have charge points called.',
  'edits:write': 'Decide on what was read: edit readings, and send quarantined parts again.',
  admin: 'All of that.',
} as const satisfies Record<string, string>;

export type Scope = keyof typeof SCOPES;

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}
