import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const environment = z.record(z.string(), z.string());

/** Where a secret is in its container. */
const secret = z
  .union([z.string(), z.strictObject({ source: z.string(), target: z.string() })])
  .transform((given) => {
    const { source, target } = typeof given === 'string' ? { source: given, target: given } : given;
    return { source, path: target.startsWith('/') ? target : `/run/secrets/${target}` };
  });

const service = z.looseObject({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).default([]),
  restart: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  mem_limit: z.string().optional(),
  stop_grace_period: z.string().default('10s'),
  environment: environment.default({}),
  healthcheck: z
    .looseObject({ test: z.array(z.string()).optional(), disable: z.boolean().default(false) })
    .optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(secret).default([]),
});

const file = z.looseObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })).default({}),
});

export type ComposeService = z.output<typeof service>;
export type ComposeFile = z.output<typeof file>;

/** As Compose reads it, anchors and merges resolved. Throws for what is none. */
export function readCompose(text: string): { readonly raw: unknown; readonly file: ComposeFile } {
  const raw: unknown = parse(text, { merge: true });
  return { raw, file: file.parse(raw) };
}

export const composeText = (): string => readFileSync('compose.yaml', 'utf8');

/** Services that run meterpulse itself, with the role that each has. */
export function composeRoles({ services }: ComposeFile): [role: string, service: ComposeService][] {
  return Object.values(services)
    .filter(({ build }) => build !== undefined)
    .map((each) => [each.command[0] ?? '', each]);
}
