export const TABS = ['crashes', 'variants', 'alerts', 'history'] as const;
export type Tab = (typeof TABS)[number];

/** What the address of an incident's page says beside its number; `crashes` is the default tab. */
export interface IncidentView {
  readonly tab?: Exclude<Tab, 'crashes'>;
}

export function readIncidentView(search: Readonly<Record<string, unknown>>): IncidentView {
  const tab = TABS.find((candidate) => candidate === search['tab']);
  return tab === undefined || tab === 'crashes' ? {} : { tab };
}
