import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A name or address that webhooks must not reach: our own network is not the receiver's to probe. */
export class AddressForbiddenError extends Error {
  readonly code = 'OOPSTREAM_ADDRESS_FORBIDDEN';
}

/** Ranges of ipaddr.js that `allowPrivate` opens. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set([
  'loopback',
  'private',
  'uniqueLocal',
  'carrierGradeNat',
]);

/** Instance metadata and host services of clouds that lie outside of link-local: they hand out credentials. */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set([
  'fd00:ec2::254',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
]);

/** @param address without brackets or zone; anything that is no IP address is forbidden */
export function isAddressAllowed(address: string, allowPrivate: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  // IPv4 addresses within IPv6 ones count as what they are.
  const parsed = ipaddr.process(address);
  if (METADATA_ADDRESSES.has(parsed.toString())) return false;
  const range = parsed.range();
  return range === 'unicast' || (allowPrivate && PRIVATE_RANGES.has(range));
}

/**
 * What can be said of a webhook's URL before any name is looked up.
 * @returns `null` when nothing is wrong with it
 */
export function findUrlFault(url: string, allowPrivate: boolean): 'url-invalid' | 'address-forbidden' | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) return 'url-invalid';
  if (parsed.username !== '' || parsed.password !== '') return 'url-invalid';
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isAddressAllowed(host, allowPrivate) ? 'address-forbidden' : null;
}

/**
 * Looks a name up and refuses it when any of its addresses is forbidden. The socket connects to what this returned, so
 * a name that changes its address between check and use gains nothing.
 */
export function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, []);
        return;
      }
      const forbidden = addresses.find(({ address }) => !isAddressAllowed(address, allowPrivate));
      if (forbidden !== undefined)
        callback(new AddressForbiddenError(`${hostname} is ${forbidden.address}`), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
    });
  };
}
