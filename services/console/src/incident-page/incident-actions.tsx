import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IncidentDetail } from '../api/models';
import { CopyMarkdown } from '../feedback/copy-markdown';
import { useKeys } from '../keyboard/use-keys';
import { useMay } from '../session/use-scopes';
import { incidentMarkdown } from './incident-markdown';
import styles from './incident-page.module.css';
import { TriageDialog } from './triage-dialog';

/** Copy for everyone; resolve or reopen for a token that may. */
export function IncidentActions({ detail }: { detail: IncidentDetail }) {
  const mayAct = useMay('admin');
  const [open, setOpen] = useState(false);
  const act = detail.incident.status === 'open' ? 'resolve' : 'reopen';
  useKeys({ e: () => mayAct === true && setOpen(true) });
  return (
    <span className={styles.actions}>
      <CopyMarkdown
        markdown={() =>
          incidentMarkdown(detail, `${window.location.origin}/incidents/${detail.incident.number}`)
        }
      />
      {mayAct === true && (
        <Button variant={act === 'resolve' ? 'filled' : 'default'} onClick={() => setOpen(true)}>
          {act === 'resolve' ? 'Resolve…' : 'Reopen…'}
        </Button>
      )}
      {mayAct === false && (
        <span className="dim" title="Resolving and reopening need a token with scope admin">
          read only
        </span>
      )}
      <TriageDialog detail={detail} act={act} opened={open} onClose={() => setOpen(false)} />
    </span>
  );
}
