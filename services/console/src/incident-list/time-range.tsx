import { Button, CloseButton } from '@mantine/core';
import { Moment } from '../time/moment';
import styles from './incident-list.module.css';

const RANGES = [
  { label: '24 h', ms: 24 * 3_600_000 },
  { label: '7 d', ms: 7 * 86_400_000 },
  { label: '30 d', ms: 30 * 86_400_000 },
] as const;

/** Which incidents by when they were last seen. A choice becomes an absolute time: a pasted link keeps its meaning. */
export function TimeRange({
  since,
  onChange,
}: {
  since: string | null;
  onChange: (since: string | null) => void;
}) {
  if (since !== null) {
    return (
      <span className={styles.chip}>
        <span className="dim">seen since</span> <Moment at={since} />
        <CloseButton size="xs" aria-label="Any time" onClick={() => onChange(null)} />
      </span>
    );
  }
  return (
    <Button.Group aria-label="Seen within">
      {RANGES.map(({ label, ms }) => (
        <Button
          key={label}
          variant="default"
          aria-label={`Seen within ${label}`}
          onClick={() => onChange(new Date(Math.floor((Date.now() - ms) / 60_000) * 60_000).toISOString())}
        >
          {label}
        </Button>
      ))}
    </Button.Group>
  );
}
