import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CrashDetail } from '../api/models';
import { CopyMarkdown } from '../feedback/copy-markdown';
import { Signature } from '../signature/signature';
import { crashMarkdown } from './crash-markdown';
import styles from './crash-page.module.css';

interface Props {
  readonly detail: CrashDetail;
  readonly rawOpen: boolean;
  readonly onRaw: () => void;
}

export function CrashHeadline({ detail, rawOpen, onRaw }: Props) {
  const { crash } = detail;
  return (
    <header className={styles.headline}>
      <div className={styles.line}>
        <Link to="/incidents/$number" params={{ number: crash.incidentNumber }} className={styles.up}>
          ← {crash.incidentNumber}
        </Link>
        <a href="#why-here">why here?</a>
        <span>
          crash on <b className="mono">{crash.hostName ?? crash.hostId}</b>
        </span>
        <span data-fatal={crash.fatal || undefined} className={styles.fate}>
          {crash.fatal ? '✕ the machine died' : '○ the machine survived'}
        </span>
        {crash.held && <span className="dim">◌ held: waits for a better transcript</span>}
        <span className={styles.actions}>
          <CopyMarkdown
            markdown={() => crashMarkdown(detail, `${window.location.origin}/crashes/${crash.id}`)}
          />
          <Button onClick={onRaw} aria-expanded={rawOpen} variant={rawOpen ? 'default' : 'filled'}>
            {rawOpen ? 'Close raw' : 'Raw transcript'}
          </Button>
        </span>
      </div>
      <h1 className={styles.signature}>
        <Signature title={crash.title} family={crash.family} large />
      </h1>
    </header>
  );
}
