import { useState, type PointerEvent } from 'react';
import type { IncidentTrend } from '../api/models';
import { countText } from '../count/count-text';
import { wallClock } from '../time/relative-time';
import styles from './trend-chart.module.css';

const HEIGHT = 96;
type Bucket = IncidentTrend['buckets'][number];

/** Crashes over time, fatal and survived apart. The line above reads out the bucket under the pointer, else the peak. */
export function TrendChart({ trend }: { trend: IncidentTrend }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const { buckets } = trend;
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return <p className="dim">No crash has a known time yet.</p>;
  const highest = Math.max(1, ...buckets.map(total));
  const peak = buckets.findIndex((bucket) => total(bucket) === highest);
  const read = buckets[pointed ?? Math.max(0, peak)] ?? last;

  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * buckets.length);
    setPointed(Math.min(buckets.length - 1, Math.max(0, at)));
  };

  return (
    <figure className={styles.figure}>
      <figcaption className={styles.readout}>
        <span className="dim">{pointed === null ? 'Peak: ' : ''}</span>
        {bucketText(read, trend.bucket)}: {countText(read.fatal)} fatal, {countText(read.survived)} survived
        <span className={styles.legend}>
          <i data-kind="fatal" /> fatal <i data-kind="survived" /> survived
        </span>
      </figcaption>
      <svg
        className={styles.bars}
        viewBox={`0 0 ${buckets.length} ${HEIGHT}`}
        height={HEIGHT}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary(trend, highest)}
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      >
        {buckets.map((bucket, index) => (
          <Bar key={bucket.at} bucket={bucket} x={index} highest={highest} lit={index === pointed} />
        ))}
      </svg>
      <div className={styles.axis}>
        <span>{bucketText(first, trend.bucket)}</span>
        <span>
          {highest} at most per {trend.bucket}
        </span>
        <span>{bucketText(last, trend.bucket)}</span>
      </div>
    </figure>
  );
}

function Bar({ bucket, x, highest, lit }: { bucket: Bucket; x: number; highest: number; lit: boolean }) {
  const scale = (count: number): number => (count === 0 ? 0 : Math.max(2, (count / highest) * (HEIGHT - 2)));
  const fatal = scale(bucket.fatal);
  const survived = Math.min(scale(bucket.survived), HEIGHT - fatal);
  return (
    <g data-lit={lit || undefined}>
      <rect className={styles.ground} x={x} y={0} width={1} height={HEIGHT} />
      <rect
        className={styles.survived}
        x={x + 0.1}
        y={HEIGHT - fatal - survived}
        width={0.8}
        height={survived}
      />
      <rect className={styles.fatal} x={x + 0.1} y={HEIGHT - fatal} width={0.8} height={fatal} />
    </g>
  );
}

const total = (bucket: Bucket): number => bucket.fatal + bucket.survived;

function bucketText(bucket: Bucket, unit: IncidentTrend['bucket']): string {
  const clock = wallClock(new Date(bucket.at), 'UTC');
  return unit === 'day' ? clock.slice(0, 10) : `${clock.slice(0, 16)} UTC`;
}

function summary(trend: IncidentTrend, highest: number): string {
  const sum = trend.buckets.reduce((all, bucket) => all + total(bucket), 0);
  return `Crashes per ${trend.bucket}: ${sum} in ${trend.buckets.length} ${trend.bucket}s, at most ${highest}`;
}
