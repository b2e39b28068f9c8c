import { Link } from '@tanstack/react-router';
import type { ListedIncident } from '../api/models';
import styles from './incident-list.module.css';
import { without, type IncidentQuery } from './incident-query';
import { IncidentRow } from './incident-row';

type Sort = NonNullable<IncidentQuery['sort']> | '-lastSeen';

/** The table of incidents; its headers sort, by links, so that the order is in the address. */
export function IncidentTable({ items, query }: { items: readonly ListedIncident[]; query: IncidentQuery }) {
  return (
    <table className={`data ${styles.table}`}>
      <caption className="sr-only">Incidents</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="sr-only">State</span>
          </th>
          <th scope="col">Incident</th>
          <th scope="col">
            <span className={styles.signatureHead}>Signature</span>
            <SortLink label="first seen" sort="-firstSeen" opposite="firstSeen" query={query} />
          </th>
          <th scope="col">14 days</th>
          <SortHeader label="Crashes" sort="-crashes" query={query} />
          <SortHeader label="Hosts" sort="-hosts" query={query} />
          <th scope="col" className="number">
            Fatal
          </th>
          <SortHeader label="Last seen" sort="-lastSeen" opposite="lastSeen" query={query} />
        </tr>
      </thead>
      <tbody>
        {items.map((incident) => (
          <IncidentRow key={incident.number} incident={incident} />
        ))}
      </tbody>
    </table>
  );
}

interface SortProps {
  readonly label: string;
  readonly sort: Sort;
  /** What a second press sorts by, where the API has it. */
  readonly opposite?: Sort;
  readonly query: IncidentQuery;
}

function SortHeader(props: SortProps) {
  const current = props.query.sort ?? '-lastSeen';
  const order = current === props.sort ? 'descending' : current === props.opposite ? 'ascending' : 'none';
  return (
    <th scope="col" className="number" aria-sort={order}>
      <SortLink {...props} />
    </th>
  );
}

function SortLink({ label, sort, opposite, query }: SortProps) {
  const current = query.sort ?? '-lastSeen';
  const next = current === sort && opposite !== undefined ? opposite : sort;
  const rest = without(query, 'sort');
  const arrow = current === sort ? ' ↓' : current === opposite ? ' ↑' : '';
  return (
    <Link
      to="/incidents"
      search={next === '-lastSeen' ? rest : { ...rest, sort: next }}
      className={styles.sort}
    >
      {label}
      {arrow}
    </Link>
  );
}
