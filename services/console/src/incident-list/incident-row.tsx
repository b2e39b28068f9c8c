import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { ListedIncident } from '../api/models';
import { countText, shareText } from '../count/count-text';
import { LifeBadges } from '../incident-state/life-badges';
import { StateMark } from '../incident-state/state-mark';
import { releaseSpan } from '../release/release-order';
import { Signature } from '../signature/signature';
import { Moment } from '../time/moment';
import styles from './incident-list.module.css';
import { Sparkline } from './sparkline';

/** One incident: what crashes, how much, how badly, when last. The signature is the link; `j` and `k` walk these links. */
export const IncidentRow = memo(function IncidentRow({ incident }: { incident: ListedIncident }) {
  return (
    <tr className={styles.row}>
      <td className={styles.state}>
        <StateMark evidence={incident} />
      </td>
      <td className={styles.numberCell}>{incident.number}</td>
      <td className={styles.what}>
        <Link
          to="/incidents/$number"
          params={{ number: incident.number }}
          className={styles.link}
          data-row-link={incident.number}
        >
          <Signature title={incident.title} family={incident.family} />
        </Link>
        <Context incident={incident} />
      </td>
      <td className={styles.trend}>
        <Sparkline days={incident.trend} />
      </td>
      <td className="number" data-label="crashes">
        {countText(incident.crashes)}
      </td>
      <td className="number" data-label="hosts">
        {countText(incident.hosts)}
      </td>
      <td
        className="number"
        data-label="fatal"
        title={`${incident.fatalCrashes} of ${incident.crashes} killed the machine`}
      >
        {shareText(incident.fatalCrashes, incident.crashes)}
      </td>
      <td className="number" data-label="seen">
        <Moment at={incident.lastSeenAt} />
      </td>
    </tr>
  );
});

function Context({ incident }: { incident: ListedIncident }) {
  // What the signature says already is not said twice.
  const said = (word: string): boolean =>
    incident.title.includes(word) || incident.title.includes(word.replaceAll('-', '_'));
  const parts = [
    said(incident.kind) || incident.kind === incident.verdict ? null : incident.kind,
    incident.blamed === null || said(incident.blamed) ? null : `blamed ${incident.blamed}`,
    incident.module === null || said(incident.module) ? null : incident.module,
    releaseSpan(incident.releases),
    'first seen ',
  ].filter((part) => part !== null);
  return (
    <div className={styles.context}>
      <LifeBadges life={incident} />{' '}
      {incident.verdict !== null && incident.verdict !== 'unknown' && (
        <>
          <span className={styles.verdict} title="Verdict on most of its crashes">
            {incident.verdict}
          </span>
          {' · '}
        </>
      )}
      {parts.join(' · ')}
      <Moment at={incident.firstSeenAt} />
    </div>
  );
}
