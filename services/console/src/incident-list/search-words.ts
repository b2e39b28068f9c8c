import { WORD_FILTERS, withHardware, without, type IncidentQuery } from './incident-query';

/** Where what a person typed into the search box leads: straight to one thing, or to a filtered list. */
export type SearchTarget =
  | { readonly kind: 'incident'; readonly number: string }
  | { readonly kind: 'crash'; readonly id: string }
  | { readonly kind: 'list'; readonly query: IncidentQuery };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * `OOPS-42` and a crash's id open it; `host:db-1 release:6.1.0-55-amd64 words` filters. Words replace the words before,
 * `name:value` replaces that filter, all other filters stay; `name:` alone takes its filter away.
 */
export function searchTarget(typed: string, current: IncidentQuery): SearchTarget {
  const text = typed.trim();
  if (/^oops-\d+$/i.test(text)) return { kind: 'incident', number: text.toUpperCase() };
  if (UUID.test(text)) return { kind: 'crash', id: text.toLowerCase() };

  const words: string[] = [];
  let query = without(current, 'q');
  for (const piece of text.split(/\s+/)) {
    const [, name = '', value = ''] = /^([a-z]+):(.*)$/.exec(piece) ?? [];
    const filter = WORD_FILTERS.find((candidate) => candidate === name);
    if (filter !== undefined) query = value === '' ? without(query, filter) : { ...query, [filter]: value };
    else if (name === 'hardware') query = withHardware(query, value);
    else if (name === 'state' || name === 'status') query = withStatus(query, value);
    else if (piece !== '') words.push(piece);
  }
  const q = words.join(' ');
  return { kind: 'list', query: q.length < 2 ? query : { ...query, q } };
}

function withStatus(query: IncidentQuery, value: string): IncidentQuery {
  return value === 'resolved' || value === 'all' ? { ...query, status: value } : without(query, 'status');
}
