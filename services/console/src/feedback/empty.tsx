import type { ReactNode } from 'react';
import { CopyText } from './copy-text';
import styles from './feedback.module.css';

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
  readonly command?: string;
  /** It stands for the whole page, so it is the page's heading. */
  readonly page?: boolean;
}

/** Nothing to show: says why and what to do, with a command to copy where one helps. */
export function Empty({ title, children, command, page = false }: Props) {
  const Title = page ? 'h1' : 'p';
  return (
    <div className={styles.empty}>
      <Title className={styles.what}>{title}</Title>
      {children}
      {command !== undefined && (
        <p className={styles.command}>
          <code>{command}</code> <CopyText text={command} what="command" />
        </p>
      )}
    </div>
  );
}
