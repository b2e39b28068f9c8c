import { useQuery } from '@tanstack/react-query';
import type { HostDetail } from '../api/models';
import { hostQuery } from '../api/fleet-queries';
import { Failure } from '../feedback/failure';
import { SkeletonRows } from '../feedback/skeleton-rows';
import styles from '../frame/page.module.css';
import { useTitle } from '../frame/use-title';
import { useKeys } from '../keyboard/use-keys';
import { walkRows } from '../keyboard/walk-rows';
import { RebootTable } from '../reboots-page/reboot-table';
import { HostFacts } from './host-facts';
import { HostIncidents } from './host-incidents';
import { hostState } from './host-state';

/** One host: whether it lives, what crashed on it, how it rebooted, what it is. */
export function HostPage({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useQuery(hostQuery(id));
  useTitle(`Host ${data?.name ?? id}`);
  useKeys({ j: () => walkRows(1), k: () => walkRows(-1) });
  if (isPending) return <SkeletonRows rows={8} />;
  if (data === undefined)
    return (
      <Failure
        page
        what={`The host ${id} could not be loaded`}
        error={error}
        onRetry={() => void refetch()}
      />
    );
  return <Loaded host={data} />;
}

function Loaded({ host }: { host: HostDetail }) {
  const { shape, word } = hostState(host.census);
  return (
    <>
      <header className={styles.top}>
        <h1>
          Host <span className="mono">{host.name ?? host.hostId}</span>
        </h1>
        <span>
          <span aria-hidden="true">{shape}</span> {word}
        </span>
      </header>
      <div className={styles.columns}>
        <div>
          <section className={styles.section} aria-labelledby="host-crashes">
            <h2 id="host-crashes">Crashes by incident</h2>
            <HostIncidents incidents={host.incidents} />
          </section>
          <section className={styles.section} aria-labelledby="host-reboots">
            <h2 id="host-reboots">Dirty reboots</h2>
            {host.dirtyReboots.length === 0 ? (
              <p className="dim">None is known.</p>
            ) : (
              <RebootTable reboots={host.dirtyReboots} ofOneHost />
            )}
          </section>
        </div>
        <aside aria-label="Facts">
          <HostFacts host={host} />
        </aside>
      </div>
    </>
  );
}
