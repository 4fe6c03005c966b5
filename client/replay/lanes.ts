import type { Row } from './row.js';

/**
 * Deals rows to sockets: indexes into `rows` for each, in the given order. All rows of one charge point go to one socket, so
 * that their order holds. With a socket for each charge point `connections` doesn't count; else the largest go to the
 * emptiest.
 */
export function dealRows(
  rows: readonly Pick<Row, 'chargePointId'>[],
  order: readonly number[],
  connections: number,
  socketPerChargePoint: boolean,
): number[][] {
  const sizes = new Map<string, number>();
  for (const index of order) {
    const id = rows[index]?.chargePointId ?? '';
    sizes.set(id, (sizes.get(id) ?? 0) + 1);
  }
  const lanes = Array.from(
    { length: socketPerChargePoint ? sizes.size : Math.min(connections, sizes.size) },
    (): number[] => [],
  );
  const load = lanes.map(() => 0);
  const laneOf = new Map<string, number>();
  const bySize = [...sizes].sort(([, a], [, b]) => b - a);
  bySize.forEach(([id, size], at) => {
    const lane = socketPerChargePoint ? at : load.indexOf(Math.min(...load));
    laneOf.set(id, lane);
    load[lane] = (load[lane] ?? 0) + size;
  });
  for (const index of order) lanes[laneOf.get(rows[index]?.chargePointId ?? '') ?? 0]?.push(index);
  return lanes;
}
