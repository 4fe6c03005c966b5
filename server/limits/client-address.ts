import { BlockList, isIP } from 'node:net';
import { unmapped } from '../../helpers/address-group.js';

/** Says from where a request comes, when it came through proxies. */
export type ClientAddress = (remoteAddress: string, forwardedFor: string | string[] | undefined) => string;

/** Hops that are looked at: a longer list was made up. */
const MAX_HOPS = 32;

/**
 * X-Forwarded-For is heeded as far as proxies have written it that are trusted: from its end, up to the first address that is
 * none of them. What stands before it anybody may have made up.
 *
 * @param trustedProxies addresses and subnets such as `10.0.0.0/8`.
 */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return unmapped;
  const isTrusted = isAmong(trustedProxies);
  return (remoteAddress, forwardedFor) => {
    const hops = String(forwardedFor ?? '')
      .split(',')
      .slice(-MAX_HOPS)
      .map((hop) => hop.trim());
    let address = unmapped(remoteAddress);
    while (isTrusted(address)) {
      const hop = unmapped(hops.pop() ?? '');
      if (isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  };
}

/** Whether an address is one of these, or of these subnets. */
export function isAmong(proxies: readonly string[]): (address: string) => boolean {
  const listed = new BlockList();
  for (const each of proxies) {
    const [address = '', prefix] = each.split('/', 2);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) listed.addAddress(address, family);
    else listed.addSubnet(address, Number(prefix), family);
  }
  return (address) => isIP(address) !== 0 && listed.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
