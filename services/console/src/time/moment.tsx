import { exactTime, relativeTime } from './relative-time';
import { useNow } from './use-now';

const VIEWER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A time as people say it, the exact one on hover: viewer's zone and UTC. */
export function Moment({ at, absent = 'unknown' }: { at: string | null; absent?: string }) {
  const now = useNow();
  if (at === null) return <span className="dim">{absent}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={exactTime(date, VIEWER_ZONE)} className="nowrap">
      {relativeTime(date, now)}
    </time>
  );
}

/** The exact time spelled out, for where it is evidence and not context. */
export function ExactMoment({ at, absent = 'unknown' }: { at: string | null; absent?: string }) {
  const now = useNow();
  if (at === null) return <span className="dim">{absent}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={exactTime(date, VIEWER_ZONE)}>
      {exactTime(date, 'UTC')} <span className="dim">· {relativeTime(date, now)}</span>
    </time>
  );
}
