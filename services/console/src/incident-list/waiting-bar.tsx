import { countText } from '../count/count-text';
import styles from './incident-list.module.css';

interface Props {
  readonly waiting: number;
  readonly reordered: boolean;
  readonly onShow: () => void;
}

/** What changed waits here until a person wants it; it lies above the page, so that nothing jumps when it appears. */
export function WaitingBar({ waiting, reordered, onShow }: Props) {
  const said = waiting > 0 ? `${countText(waiting)} new or moved up` : reordered ? 'order changed' : null;
  return (
    <span className={styles.waiting} role="status">
      {said !== null && (
        <button type="button" onClick={onShow} className={styles.show}>
          {said} · <b>show</b>
        </button>
      )}
    </span>
  );
}
