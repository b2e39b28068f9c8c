/** Bits of gfp_t by era; include/linux/gfp.h and, since 6.0, include/linux/gfp_types.h. */
export interface GfpEra {
  /** First upstream version, and first no more. Distributions port the layout back, so the era next to it is tried too. */
  readonly since: readonly [number, number];
  readonly until: readonly [number, number] | null;
  readonly bits: readonly (readonly [bit: number, name: string])[];
  readonly source: string;
}

const LOW: GfpEra['bits'] = [
  [0x01, '__GFP_DMA'],
  [0x02, '__GFP_HIGHMEM'],
  [0x04, '__GFP_DMA32'],
  [0x08, '__GFP_MOVABLE'],
  [0x10, '__GFP_RECLAIMABLE'],
  [0x20, '__GFP_HIGH'],
  [0x40, '__GFP_IO'],
  [0x80, '__GFP_FS'],
];

const MIDDLE: GfpEra['bits'] = [
  [0x200, '__GFP_NOWARN'],
  [0x400, '__GFP_RETRY_MAYFAIL'],
  [0x800, '__GFP_NOFAIL'],
  [0x1000, '__GFP_NORETRY'],
  [0x2000, '__GFP_MEMALLOC'],
  [0x4000, '__GFP_COMP'],
  [0x8000, '__GFP_ZERO'],
  [0x1_0000, '__GFP_NOMEMALLOC'],
  [0x2_0000, '__GFP_HARDWALL'],
  [0x4_0000, '__GFP_THISNODE'],
  [0x8_0000, '__GFP_ATOMIC'],
  [0x10_0000, '__GFP_ACCOUNT'],
];

export const GFP_ERAS: readonly GfpEra[] = [
  {
    since: [5, 1],
    until: null,
    bits: [
      ...LOW,
      [0x100, '__GFP_ZERO'],
      [0x200, '__GFP_ATOMIC'],
      [0x400, '__GFP_DIRECT_RECLAIM'],
      [0x800, '__GFP_KSWAPD_RECLAIM'],
      [0x1000, '__GFP_WRITE'],
      [0x2000, '__GFP_NOWARN'],
      [0x4000, '__GFP_RETRY_MAYFAIL'],
      [0x8000, '__GFP_NOFAIL'],
      [0x1_0000, '__GFP_NORETRY'],
      [0x2_0000, '__GFP_MEMALLOC'],
      [0x4_0000, '__GFP_COMP'],
      [0x8_0000, '__GFP_NOMEMALLOC'],
      [0x10_0000, '__GFP_HARDWALL'],
      [0x20_0000, '__GFP_THISNODE'],
      [0x40_0000, '__GFP_ACCOUNT'],
      [0x80_0000, '__GFP_ZEROTAGS'],
      [0x100_0000, '__GFP_SKIP_ZERO'],
    ],
    source: 'include/linux/gfp.h since 5.1, include/linux/gfp_types.h since 6.0',
  },
  {
    since: [4, 18],
    until: [5, 1],
    bits: [
      ...LOW,
      [0x100, '__GFP_WRITE'],
      ...MIDDLE,
      [0x20_0000, '__GFP_DIRECT_RECLAIM'],
      [0x40_0000, '__GFP_KSWAPD_RECLAIM'],
    ],
    source: 'include/linux/gfp.h of 4.18 to 5.0',
  },
  {
    since: [4, 13],
    until: [4, 18],
    bits: [
      ...LOW,
      ...MIDDLE,
      [0x40_0000, '__GFP_DIRECT_RECLAIM'],
      [0x80_0000, '__GFP_WRITE'],
      [0x100_0000, '__GFP_KSWAPD_RECLAIM'],
    ],
    source: 'include/linux/gfp.h of 4.13 to 4.17',
  },
];

/** Combinations that have a name, widest first. */
export const GFP_NAMES: readonly (readonly [name: string, parts: readonly string[]])[] = [
  [
    'GFP_HIGHUSER_MOVABLE',
    [
      '__GFP_DIRECT_RECLAIM',
      '__GFP_KSWAPD_RECLAIM',
      '__GFP_IO',
      '__GFP_FS',
      '__GFP_HARDWALL',
      '__GFP_HIGHMEM',
      '__GFP_MOVABLE',
    ],
  ],
  [
    'GFP_HIGHUSER',
    [
      '__GFP_DIRECT_RECLAIM',
      '__GFP_KSWAPD_RECLAIM',
      '__GFP_IO',
      '__GFP_FS',
      '__GFP_HARDWALL',
      '__GFP_HIGHMEM',
    ],
  ],
  ['GFP_USER', ['__GFP_DIRECT_RECLAIM', '__GFP_KSWAPD_RECLAIM', '__GFP_IO', '__GFP_FS', '__GFP_HARDWALL']],
  [
    'GFP_KERNEL_ACCOUNT',
    ['__GFP_DIRECT_RECLAIM', '__GFP_KSWAPD_RECLAIM', '__GFP_IO', '__GFP_FS', '__GFP_ACCOUNT'],
  ],
  ['GFP_KERNEL', ['__GFP_DIRECT_RECLAIM', '__GFP_KSWAPD_RECLAIM', '__GFP_IO', '__GFP_FS']],
  ['GFP_NOFS', ['__GFP_DIRECT_RECLAIM', '__GFP_KSWAPD_RECLAIM', '__GFP_IO']],
  ['GFP_NOIO', ['__GFP_DIRECT_RECLAIM', '__GFP_KSWAPD_RECLAIM']],
  ['GFP_ATOMIC', ['__GFP_HIGH', '__GFP_ATOMIC', '__GFP_KSWAPD_RECLAIM']],
  ['GFP_NOWAIT', ['__GFP_KSWAPD_RECLAIM']],
];
