import { environmentSchema } from '../../config/schema.js';

export interface RolePort {
  readonly name: string;
  readonly port: number;
}

/**
 * What a role listens on when no variable says otherwise, by the schema of the configuration: its defaults, and what the
 * description of ADMIN_PORT says of each role.
 */
export function defaultPorts(role: string): RolePort[] {
  const { GATEWAY_PORT, API_PORT, LIVE_PORT } = environmentSchema.parse({});
  const own: Readonly<Record<string, RolePort[]>> = {
    gateway: [{ name: 'ocpp', port: GATEWAY_PORT }],
    api: [{ name: 'http', port: API_PORT }],
    live: [{ name: 'live', port: LIVE_PORT }],
  };
  return [...(own[role] ?? []), { name: 'admin', port: adminPort(role) }];
}

function adminPort(role: string): number {
  const text = environmentSchema.shape.ADMIN_PORT.description ?? '';
  const found = [...text.matchAll(/(\d+) \(([^)]+)\)/g)].find(([, , names]) =>
    names?.includes(`\`${role}\``),
  );
  if (found === undefined) throw new Error(`ADMIN_PORT tells no default of the role ${role}`);
  return Number(found[1]);
}
