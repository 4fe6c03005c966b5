import { isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv4 address as such, mapped into IPv6 or not. */
export function unmapped(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/**
 * What counts as one address: an IPv4 address (mapped into IPv6 or not), or a /64 of IPv6, which is what one customer has
 * at least.
 */
export function addressGroup(remoteAddress: string): string {
  const address = unmapped(remoteAddress);
  const bare = address.split('%', 1)[0] ?? '';
  if (!isIPv6(bare)) return address;
  const [head = '', tail] = bare.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(zeros).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
