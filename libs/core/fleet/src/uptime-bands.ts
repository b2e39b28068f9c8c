const HOUR = 3_600;
const DAY = 24 * HOUR;

/**
 * Uptimes that are compared, each band up to the next. Three edges are where counters of kernels run over, so that what
 * breaks there begins a band: 2³² ms (32-bit jiffies at HZ=1000), 2⁵⁴ ns (scaled `sched_clock` of old x86 kernels) and
 * 2³² · 10 ms (jiffies at HZ=100).
 */
export const UPTIME_BANDS: readonly { readonly name: string; readonly fromSeconds: number }[] = [
  { name: '<1h', fromSeconds: 0 },
  { name: '1h-1d', fromSeconds: HOUR },
  { name: '1d-7d', fromSeconds: DAY },
  { name: '7d-30d', fromSeconds: 7 * DAY },
  { name: '30d-49.7d', fromSeconds: 30 * DAY },
  { name: '49.7d-100d', fromSeconds: 2 ** 32 / 1_000 },
  { name: '100d-208.5d', fromSeconds: 100 * DAY },
  { name: '208.5d-497.1d', fromSeconds: 2 ** 54 / 1e9 },
  { name: '>=497.1d', fromSeconds: 2 ** 32 / 100 },
];
