import type { IncidentDetail } from '../api/models';
import { countText, shareText } from '../count/count-text';
import { LifeBadges } from '../incident-state/life-badges';
import { StateMark } from '../incident-state/state-mark';
import { firstRelease } from '../release/release-order';
import { Signature } from '../signature/signature';
import { Moment } from '../time/moment';
import { useNow } from '../time/use-now';
import { dailyCrashes } from './daily-crashes';
import styles from './incident-page.module.css';
import { IncidentActions } from './incident-actions';

/** State and actions on one line, the signature whole, then the numbers that decide whether to get up. */
export function Headline({ detail }: { detail: IncidentDetail }) {
  const { incident } = detail;
  const now = useNow();
  const days = dailyCrashes(detail.trend, now);
  return (
    <header className={styles.headline}>
      <div className={styles.line}>
        <StateMark evidence={incident} withWord />
        <span className={styles.number}>{incident.number}</span>
        <span className="dim">
          {incident.family} · {incident.kind}
        </span>
        <LifeBadges life={incident} />
        <IncidentActions detail={detail} />
      </div>
      <h1 className={styles.signature}>
        <Signature title={incident.title} family={incident.family} large />
      </h1>
      <dl className={styles.numbers}>
        <Figure name="crashes" value={countText(incident.crashes)} />
        <Figure
          name="fatal"
          value={shareText(incident.fatalCrashes, incident.crashes)}
          beside={`${countText(incident.fatalCrashes)} killed the machine`}
        />
        <Figure name="hosts" value={countText(incident.hosts)} />
        <Figure name="first seen" value={<Moment at={incident.firstSeenAt} />} beside={since(detail)} />
        <Figure name="last seen" value={<Moment at={incident.lastSeenAt} />} />
        <Figure
          name="today"
          value={countText(days.at(-1) ?? 0)}
          beside={`${countText(days.at(-2) ?? 0)} yesterday, UTC days`}
        />
      </dl>
    </header>
  );
}

function since(detail: IncidentDetail): string | undefined {
  const release = firstRelease(detail.releases);
  return release === null ? undefined : `on ${release}`;
}

function Figure({
  name,
  value,
  beside,
}: {
  name: string;
  value: React.ReactNode;
  beside?: string | undefined;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {beside !== undefined && <small>{beside}</small>}
      </dd>
    </div>
  );
}
