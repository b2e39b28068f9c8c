import { HARDWARE_BANDS, type HardwareBand } from '../analysis/hardware-band';
import type { IncidentListParameters } from '../api/models';

/** What the address of the incident list says. What is absent has its default: open incidents, last seen first. */
export interface IncidentQuery {
  readonly status?: 'resolved' | 'obsolete' | 'all';
  readonly q?: string;
  readonly family?: string;
  readonly kind?: string;
  readonly release?: string;
  readonly host?: string;
  readonly verdict?: string;
  readonly hardware?: HardwareBand;
  /** RFC 3339: a pasted link means the same time range tomorrow. */
  readonly since?: string;
  readonly sort?: Exclude<NonNullable<IncidentListParameters['sort']>, '-lastSeen'>;
}

const SORTS = ['lastSeen', '-firstSeen', 'firstSeen', '-crashes', '-hosts', '-severity', 'severity'] as const;
const STATUSES = ['resolved', 'obsolete', 'all'] as const;

/** @returns a status that is not the default; `undefined` for any other word. */
export function readStatus(word: unknown): IncidentQuery['status'] {
  return STATUSES.find((status) => status === word);
}

/** Filters that are a plain word, in the order in which chips show them. */
export const WORD_FILTERS = ['family', 'kind', 'release', 'host', 'verdict'] as const;
export type WordFilter = (typeof WORD_FILTERS)[number];

const word = (value: unknown): string | undefined => {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text.slice(0, 256);
};

/** Reads an address by hand or by machine; what is malformed counts as absent, so that every link opens a page. */
export function readIncidentQuery(search: Readonly<Record<string, unknown>>): IncidentQuery {
  const sort = SORTS.find((candidate) => candidate === search['sort']);
  const status = readStatus(search['status']);
  const q = word(search['q']);
  const since = word(search['since']);
  const hardware = HARDWARE_BANDS.find((band) => band === search['hardware']);
  const words = WORD_FILTERS.map((name) => [name, word(search[name])] as const);
  return {
    ...(status !== undefined && { status }),
    ...(q !== undefined && q.length >= 2 && { q: q.slice(0, 200) }),
    ...Object.fromEntries(words.filter(([, value]) => value !== undefined)),
    ...(hardware !== undefined && { hardware }),
    ...(since !== undefined && !Number.isNaN(Date.parse(since)) && { since: new Date(since).toISOString() }),
    ...(sort !== undefined && { sort }),
  };
}

/** The same as parameters of the API. */
export function listParameters(query: IncidentQuery, limit: number): IncidentListParameters {
  return { status: 'open', sort: '-lastSeen', ...query, limit };
}

/** Anything beyond the default that hides incidents: an empty list then says so. */
export function hasFilter(query: IncidentQuery): boolean {
  return (
    query.q !== undefined ||
    query.since !== undefined ||
    query.hardware !== undefined ||
    WORD_FILTERS.some((name) => query[name] !== undefined)
  );
}

/** The query with another band of hardware likelihood; a word that is none takes the filter away. */
export function withHardware(query: IncidentQuery, word: string | null): IncidentQuery {
  const hardware = HARDWARE_BANDS.find((band) => band === word);
  return hardware === undefined ? without(query, 'hardware') : { ...query, hardware };
}

/** The query without one of its fields. */
export function without(query: IncidentQuery, field: keyof IncidentQuery): IncidentQuery {
  return Object.fromEntries(Object.entries(query).filter(([name]) => name !== field));
}
