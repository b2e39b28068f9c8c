import styles from './incident-page.module.css';

/** A count against the largest of its table. The number stands beside it, so the bar itself says nothing aloud. */
export function CountBar({ count, most }: { count: number; most: number }) {
  return (
    <span className={styles.track} aria-hidden="true">
      <span className={styles.fill} style={{ width: `${Math.max(1, (100 * count) / most)}%` }} />
    </span>
  );
}
