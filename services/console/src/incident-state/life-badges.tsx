import styles from './life-badges.module.css';

/** What of an incident the badges show. */
export interface Life {
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  readonly severityScore: number;
  readonly acknowledged: boolean;
  readonly assignee: string | null;
  readonly muted: boolean;
  readonly episode: number;
  readonly unordered: readonly string[];
}

/** Severity, and what people did with the incident; each a word of its own. */
export function LifeBadges({ life }: { life: Life }) {
  const { severity, severityScore, acknowledged, assignee, muted, episode, unordered } = life;
  return (
    <span className={styles.badges}>
      <span className={styles.badge} data-severity={severity} title={`Severity ${severityScore} of 100`}>
        {severity}
      </span>
      {episode > 1 && <span className={styles.badge}>episode {episode}</span>}
      {acknowledged && <span className={styles.badge}>acknowledged</span>}
      {assignee !== null && (
        <span className={styles.badge} title="Whose it is">
          {assignee}
        </span>
      )}
      {muted && (
        <span className={styles.badge} title="Nobody is called until a condition comes true">
          muted
        </span>
      )}
      {unordered.length > 0 && (
        <span className={styles.badge} title={`Nobody knows of its fix there: ${unordered.join(', ')}`}>
          seen on unknown branch
        </span>
      )}
    </span>
  );
}
