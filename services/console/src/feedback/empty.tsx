import type { ReactNode } from 'react';
import { CopyText } from './copy-text';
import styles from './feedback.module.css';

/** Nothing to show: says why and what to do, with a command to copy where one helps. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ReactNode;
  command?: string;
}) {
  return (
    <div className={styles.empty}>
      <p className={styles.what}>{title}</p>
      {children}
      {command !== undefined && (
        <p className={styles.command}>
          <code>{command}</code> <CopyText text={command} what="command" />
        </p>
      )}
    </div>
  );
}
