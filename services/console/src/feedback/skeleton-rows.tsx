import styles from './feedback.module.css';

/** Rows of the height that is to come, seen only after 150 ms: a quick answer never flickers. */
export function SkeletonRows({ rows, heightPx = 32 }: { rows: number; heightPx?: number }) {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles.row} style={{ height: heightPx }}>
          <span className={styles.bar} style={{ width: `${[62, 48, 71, 55][index % 4]}%` }} />
        </div>
      ))}
    </div>
  );
}
