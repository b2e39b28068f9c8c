import type { ValueKind } from './reading';

/**
 * How often a kind fires by accident: share of random words (all 64 bits equally likely) and of good kernel addresses
 * (any documented area, equally likely within it) that get a reading of it. Upper bounds, held by a test that draws both.
 */
export interface ValueKindRow {
  readonly kind: ValueKind;
  /** `data`: says what the bytes are instead of an address or number. */
  readonly says: 'address' | 'number' | 'poison' | 'broken-address' | 'data';
  readonly randomRate: number;
  readonly pointerRate: number;
  readonly why: string;
}

const row = (
  kind: ValueKind,
  says: ValueKindRow['says'],
  randomRate: number,
  pointerRate: number,
  why: string,
): ValueKindRow => ({ kind, says, randomRate, pointerRate, why });

/** Rates for `role: 'any'` on 64 bits; kinds of a role are told only where the text names the role. */
export const VALUE_KINDS: readonly ValueKindRow[] = [
  row('zero', 'number', 1e-6, 0, 'one value'),
  row('all-ones', 'number', 1e-6, 1e-6, 'one value'),
  row('null-offset', 'number', 0, 0, 'role address: below one page'),
  row('small-integer', 'number', 1e-6, 0, 'below 2^16'),
  row('negative-integer', 'number', 1e-6, 0, '4095 values of 32 bits'),
  row('error-pointer', 'number', 1e-6, 2e-3, '4095 values, in a hole that addresses do not use'),
  row('poison', 'poison', 1e-6, 1e-6, 'single values'),
  row('poison-offset', 'poison', 1e-6, 0, '2^13 values a row, all of them no addresses'),
  row('poison-part', 'poison', 1e-6, 0, 'rows in one of two halves of 32 bits'),
  row('magic', 'poison', 1e-6, 0, 'rows in one of two halves of 32 bits'),
  row('kasan-shadow', 'broken-address', 1e-6, 0, 'shadow of NULL or of a poison'),
  row('known-range', 'address', 1e-6, 1, 'ranges that the text names'),
  row('kernel-address', 'address', 1e-5, 1, '2^47 addresses of 2^64 with four levels of paging'),
  row('user-address', 'address', 1e-5, 0, '2^47 addresses of 2^64'),
  row('per-cpu-offset', 'number', 0, 0, 'role per-cpu-offset'),
  row('non-canonical', 'address', 1, 0, 'all that is no address'),
  row('bit-flip', 'broken-address', 1e-6, 0, 'within 16 MiB of an address of the crash, 32 bits to flip'),
  row(
    'shifted-pointer',
    'broken-address',
    2e-6,
    0,
    '24 bits at five places, for each other top of an address',
  ),
  row('truncated-pointer', 'broken-address', 1e-6, 0, '32 zero bits and 32 bits of an address of the crash'),
  row('obfuscated-freelist', 'broken-address', 0, 0, 'role freelist: says that nothing can be told'),
  row('decoded-freelist', 'address', 0, 0, 'role freelist, with the secret of the cache'),
  row('ascii', 'data', 2e-5, 0, 'eight bytes of text score 14 bits and more against random ones'),
  row('ascii-part', 'data', 1e-6, 0, 'text behind zero bytes'),
  row('utf-16', 'data', 1e-6, 0, 'at least four zero bytes and three of text'),
  row('usb-descriptor', 'data', 1e-6, 0, 'length and type, and every field in its bounds'),
  row('network', 'data', 1e-6, 0, '27 bits of constants'),
  row('mac-address', 'data', 2e-6, 0, '24 bits of a maker, 7 of them'),
  row('pci', 'data', 1e-6, 0, 'one of 20 makers, 10 reserved and preset bits'),
  row('floating-point', 'data', 1e-6, 0, '24 zero bits and a plausible exponent'),
  row('timestamp', 'data', 1e-6, 0, 'within an hour of the crash'),
  row('since-boot', 'data', 1e-6, 0, 'within ten seconds of the uptime'),
  row('jiffies', 'data', 1e-6, 0, 'within a minute of the uptime'),
  row('uuid', 'data', 0, 0, 'two words: not told of one'),
  row('gfp-flags', 'number', 0, 0, 'role gfp'),
  row('stack-canary', 'number', 0, 0, 'role canary'),
  row('list-head', 'address', 0, 0, 'two words at their own address'),
  row('self-pointer', 'address', 0, 0, 'words of the same dump'),
];

const DATA_KINDS: ReadonlySet<ValueKind> = new Set(
  VALUE_KINDS.filter((one) => one.says === 'data').map((one) => one.kind),
);

/** Whether a kind says that the bytes are data and no address. */
export const isDataKind = (kind: ValueKind): boolean => DATA_KINDS.has(kind);
