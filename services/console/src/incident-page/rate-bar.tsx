import styles from './rate-bar.module.css';

/** An interval with its value, on a scale from 0 to the most of its table. The numbers stand beside it. */
export function RateBar({
  rate,
  most,
}: {
  rate: { readonly value: number; readonly lower: number; readonly upper: number };
  most: number;
}) {
  const place = (value: number): string => `${(100 * Math.min(value, most)) / (most || 1)}%`;
  return (
    <span className={styles.scale} aria-hidden="true">
      <span
        className={styles.interval}
        style={{ left: place(rate.lower), width: place(rate.upper - rate.lower) }}
      />
      <span className={styles.value} style={{ left: place(rate.value) }} />
    </span>
  );
}
