import { CloseButton, SegmentedControl, Select } from '@mantine/core';
import type { ListedIncident } from '../api/models';
import { compareReleases } from '../release/release-order';
import styles from './incident-list.module.css';
import { readStatus, without, type IncidentQuery, type WordFilter } from './incident-query';
import { TimeRange } from './time-range';

interface Props {
  readonly query: IncidentQuery;
  /** Rows at hand: their values are offered; any other value goes through the search box. */
  readonly items: readonly ListedIncident[];
  readonly onChange: (query: IncidentQuery) => void;
}

/** State, facets and time range: every control writes the address and nothing else. */
export function FilterBar({ query, items, onChange }: Props) {
  const choose = (filter: WordFilter, value: string | null): void =>
    onChange(value === null ? without(query, filter) : { ...query, [filter]: value });
  const facets = {
    family: distinct(items.map((item) => item.family)),
    kind: distinct(items.map((item) => item.kind)),
    verdict: distinct(items.map((item) => item.verdict).filter((verdict) => verdict !== null)),
    release: distinct(items.flatMap((item) => item.releases))
      .sort(compareReleases)
      .reverse(),
  };
  return (
    <div className={styles.filters} role="group" aria-label="Filters">
      <SegmentedControl
        aria-label="State"
        value={query.status ?? 'open'}
        data={[
          { value: 'open', label: 'Open' },
          { value: 'resolved', label: 'Resolved' },
          { value: 'obsolete', label: 'Obsolete' },
          { value: 'all', label: 'All' },
        ]}
        onChange={(status) => onChange(withStatus(query, status))}
      />
      {(['family', 'kind', 'release', 'verdict'] as const).map((name) => (
        <Select
          key={name}
          aria-label={name}
          placeholder={name}
          className={styles.facet}
          data={distinct([...facets[name], ...(query[name] === undefined ? [] : [query[name]])])}
          value={query[name] ?? null}
          onChange={(value) => choose(name, value)}
          clearable
          clearSectionMode="clear"
          clearButtonProps={{ 'aria-label': `Any ${name}` }}
          searchable
          nothingFoundMessage="not in the rows shown"
        />
      ))}
      <TimeRange since={query.since ?? null} onChange={(since) => onChange(withSince(query, since))} />
      <Chips query={query} onChange={onChange} />
    </div>
  );
}

/** Filters that have no control of their own in the bar: the search box and other pages set them. */
const CHIPS = { q: 'words', host: 'host', hardware: 'hardware' } as const;

function Chips({ query, onChange }: Pick<Props, 'query' | 'onChange'>) {
  return (['q', 'host', 'hardware'] as const).map((name) =>
    query[name] === undefined ? null : (
      <span key={name} className={styles.chip}>
        <span className="dim">{CHIPS[name]}</span> <code>{query[name]}</code>
        <CloseButton
          size="xs"
          aria-label={`Remove ${CHIPS[name]}`}
          onClick={() => onChange(without(query, name))}
        />
      </span>
    ),
  );
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

function withStatus(query: IncidentQuery, status: string): IncidentQuery {
  const read = readStatus(status);
  return read === undefined ? without(query, 'status') : { ...query, status: read };
}

function withSince(query: IncidentQuery, since: string | null): IncidentQuery {
  return since === null ? without(query, 'since') : { ...query, since };
}
