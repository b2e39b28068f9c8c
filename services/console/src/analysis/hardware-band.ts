/** How likely hardware is to blame, in the words of the list's filter. */
export const HARDWARE_BANDS = ['likely', 'possible', 'unlikely'] as const;
export type HardwareBand = (typeof HARDWARE_BANDS)[number];

/** @param likelihood 0 to 1; the bounds are those of the API's filter `hardware` */
export function hardwareBand(likelihood: number): HardwareBand {
  if (likelihood >= 0.6) return 'likely';
  return likelihood >= 0.25 ? 'possible' : 'unlikely';
}
