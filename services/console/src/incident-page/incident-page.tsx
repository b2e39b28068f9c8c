import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { IncidentDetail } from '../api/models';
import { incidentQuery } from '../api/queries';
import { Failure } from '../feedback/failure';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { useTitle } from '../frame/use-title';
import { useKeys } from '../keyboard/use-keys';
import { walkRows } from '../keyboard/walk-rows';
import { Moment } from '../time/moment';
import { Headline } from './headline';
import { Hosts } from './hosts';
import styles from './incident-page.module.css';
import { IncidentTabs } from './incident-tabs';
import type { IncidentView } from './incident-view';
import { KeysPanel } from './keys-panel';
import { paddedTrend } from './padded-trend';
import { Patterns } from './patterns';
import { Rates } from './rates';
import { Releases } from './releases';
import { TrendChart } from './trend-chart';
import { Verdicts } from './verdicts';
import { whatHappened } from './what-happened';

/** One incident: what it is, whether it is us, where it is, and the evidence. Counts tick in place. */
export function IncidentPage({ number, view }: { number: string; view: IncidentView }) {
  const { data, error, isPending, isError, dataUpdatedAt, refetch } = useQuery(incidentQuery(number));
  useTitle(data === undefined ? number : `${data.incident.number} ${data.incident.title}`);
  if (isPending) return <SkeletonRows rows={8} heightPx={48} />;
  if (data === undefined) {
    return (
      <div className={styles.failure}>
        <Failure page what={`${number} could not be loaded`} error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  return (
    <>
      {isError && (
        <p role="status" className={styles.stale}>
          Live counts stopped: {error.message}. Shown is the answer of{' '}
          <Moment at={new Date(dataUpdatedAt).toISOString()} />.
        </p>
      )}
      <Headline detail={data} />
      <Body detail={data} view={view} />
    </>
  );
}

function Body({ detail, view }: { detail: IncidentDetail; view: IncidentView }) {
  const navigate = useNavigate();
  const latest = detail.recentCrashes[0];
  useKeys({
    j: () => walkRows(1),
    k: () => walkRows(-1),
    r: () =>
      latest !== undefined &&
      void navigate({ to: '/crashes/$id', params: { id: latest.id }, search: { raw: '1' } }),
  });
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        <Section title="What happened">
          <p className={styles.sentence}>
            {whatHappened(detail).map((piece, index) =>
              piece.code ? <code key={index}>{piece.text}</code> : <span key={index}>{piece.text}</span>,
            )}
          </p>
          <Resolution detail={detail} />
          <TrendChart trend={paddedTrend(detail.trend)} />
        </Section>
        <Section title="Why">
          <Verdicts detail={detail} />
        </Section>
        <Section title="Is it us?">
          <Releases releases={detail.releases} crashes={detail.incident.crashes} />
          <Rates number={detail.incident.number} />
        </Section>
        <Section title="Where">
          <Hosts hosts={detail.hosts} all={detail.incident.hosts} />
        </Section>
        <Section title="What do they share?">
          <Patterns number={detail.incident.number} />
        </Section>
        <IncidentTabs detail={detail} view={view} />
      </div>
      <aside className={styles.aside} aria-label="Keys and algorithm">
        <KeysPanel detail={detail} />
      </aside>
    </div>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Resolution({ detail: { resolution } }: { detail: IncidentDetail }) {
  if (resolution === null) return null;
  return (
    <p>
      Resolved by {resolution.by} <Moment at={resolution.at} />
      {resolution.release !== null && (
        <>
          , fixed in <code>{resolution.release}</code>
        </>
      )}
      .
    </p>
  );
}
