import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Parent } from '../api/models';
import { groupsQuery } from '../api/fleet-queries';
import { counted } from '../count/count-text';
import { Empty } from '../feedback/empty';
import { Failure } from '../feedback/failure';
import { SkeletonRows } from '../feedback/skeleton-rows';
import styles from '../frame/page.module.css';
import { useTitle } from '../frame/use-title';
import { useKeys } from '../keyboard/use-keys';
import { walkRows } from '../keyboard/walk-rows';
import { Moment } from '../time/moment';

const FIRST_ROWS = 6;

/** Incidents that may be symptoms of one cause: one corrupted slab cache, or one bad machine. */
export function GroupsPage() {
  const { data, error, isPending, refetch } = useQuery(groupsQuery);
  useTitle('Groups');
  useKeys({ j: () => walkRows(1), k: () => walkRows(-1) });
  return (
    <>
      <header className={styles.top}>
        <h1>Groups</h1>
        <span className="dim">Incidents of 30 days that may be symptoms of one cause</span>
      </header>
      {isPending && <SkeletonRows rows={6} />}
      {error !== null && data === undefined && (
        <Failure what="The groups could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && <Empty title="No incidents of 30 days belong together." />}
      {data?.items.map((group) => (
        <Group key={group.key} group={group} />
      ))}
    </>
  );
}

function Group({ group }: { group: Parent }) {
  const { title, kind, hostId, crashes, hosts, lastSeenAt, incidents, incidentCount } = group;
  return (
    <section className={styles.section} aria-label={title}>
      <h2>{title}</h2>
      <p>
        {kind === 'host' ? 'One machine, unlike signatures' : 'Damage met by what everybody uses'}:{' '}
        {counted(incidentCount, 'incident', 'incidents')}, {counted(crashes, 'crash', 'crashes')},{' '}
        {counted(hosts, 'host', 'hosts')}, last <Moment at={lastSeenAt} />.{' '}
        {hostId !== null && (
          <Link to="/hosts/$id" params={{ id: hostId }}>
            The host
          </Link>
        )}
      </p>
      <Members incidents={incidents.slice(0, FIRST_ROWS)} />
      {incidents.length > FIRST_ROWS && (
        <details>
          <summary>
            {incidents.length - FIRST_ROWS} more{incidentCount > incidents.length && ` of ${incidentCount}`}
          </summary>
          <Members incidents={incidents.slice(FIRST_ROWS)} />
        </details>
      )}
    </section>
  );
}

function Members({ incidents }: Pick<Parent, 'incidents'>) {
  return (
    <ul>
      {incidents.map((one) => (
        <li key={one.number}>
          <Link to="/incidents/$number" params={{ number: one.number }} data-row-link={one.number}>
            {one.number}
          </Link>{' '}
          <code>{one.title}</code>{' '}
          <span className="dim">
            {counted(one.crashes, 'crash', 'crashes')}
            {one.status !== 'open' && `, ${one.status}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
