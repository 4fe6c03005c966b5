import type { LiveChargePoint } from '../../../client/live/index.js';
import { request } from '../../api/api-client.js';

/** What people may change of a charge point. */
export interface Fields {
  readonly label: string;
  readonly site: string;
  readonly status: LiveChargePoint['status'];
}

const pathOf = (id: string): string => `v1/charge-points/${encodeURIComponent(id)}`;
const ifMatch = (version: number | undefined): Record<string, string> =>
  version === undefined ? {} : { 'If-Match': `"${version}"` };

/** Each rejects as `request`; with `version`, by `version-conflict` when it is another one. */
export async function createChargePoint(
  chargePoint: Fields & { readonly id: string },
): Promise<LiveChargePoint> {
  return request('v1/charge-points', { method: 'POST', body: chargePoint });
}

export async function readChargePoint(id: string): Promise<LiveChargePoint> {
  return request(pathOf(id));
}

/** What is left out of `changes` stays as it is. */
export async function changeChargePoint(
  id: string,
  changes: Partial<Fields>,
  version?: number,
): Promise<LiveChargePoint> {
  return request(pathOf(id), { method: 'PATCH', body: changes, headers: ifMatch(version) });
}

/** Its readings stay, and it can be brought back by its status. */
export async function retireChargePoint(id: string, version?: number): Promise<void> {
  return request(pathOf(id), { method: 'DELETE', headers: ifMatch(version) });
}
