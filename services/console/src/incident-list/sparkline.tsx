import styles from './sparkline.module.css';

const HEIGHT = 20;
const BAR = 5;
const GAP = 1;

/** Crashes a day as bars, scaled to the row's own highest day; the sentence says what the picture cannot. */
export function Sparkline({ days }: { days: readonly number[] }) {
  const highest = Math.max(1, ...days);
  const today = days.at(-1) ?? 0;
  const said = `${days.length} days of crashes: at most ${Math.max(0, ...days)} a day, today ${today}`;
  return (
    <svg
      className={styles.sparkline}
      width={days.length * (BAR + GAP)}
      height={HEIGHT}
      role="img"
      aria-label={said}
    >
      <title>{said}</title>
      {days.map((crashes, index) => {
        const height = crashes === 0 ? 1 : Math.max(2, Math.round((crashes / highest) * HEIGHT));
        return (
          <rect
            key={index}
            className={crashes === 0 ? styles.none : styles.some}
            x={index * (BAR + GAP)}
            y={HEIGHT - height}
            width={BAR}
            height={height}
          />
        );
      })}
    </svg>
  );
}
