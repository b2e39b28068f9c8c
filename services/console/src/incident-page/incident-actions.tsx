import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { ActDialog, type Act } from '../acts/act-dialog';
import { possibleActs } from '../acts/possible-acts';
import type { IncidentDetail } from '../api/models';
import { CopyMarkdown } from '../feedback/copy-markdown';
import { useKeys } from '../keyboard/use-keys';
import { useMay } from '../session/use-scopes';
import { incidentMarkdown } from './incident-markdown';
import styles from './incident-page.module.css';

const WORDS: Readonly<Record<Act, string>> = {
  resolve: 'Resolve…',
  reopen: 'Reopen…',
  acknowledge: 'Acknowledge…',
  assign: 'Assign…',
  mute: 'Mute…',
  unmute: 'Unmute…',
  merge: 'Merge into…',
  obsolete: 'Mark obsolete…',
};

/** Copy for everyone; acts for a token that may. */
export function IncidentActions({ detail }: { detail: IncidentDetail }) {
  const mayAct = useMay('admin');
  const [act, setAct] = useState<Act | null>(null);
  const first = detail.incident.status === 'open' ? 'resolve' : 'reopen';
  const more = possibleActs(detail.incident);
  const start = (wanted: Act): void => {
    if (mayAct === true && (wanted === first || more.includes(wanted))) setAct(wanted);
  };
  useKeys({
    e: () => start(first),
    a: () => start('assign'),
    m: () => start(detail.incident.muted ? 'unmute' : 'mute'),
  });
  return (
    <span className={styles.actions}>
      <CopyMarkdown
        markdown={() =>
          incidentMarkdown(detail, `${window.location.origin}/incidents/${detail.incident.number}`)
        }
      />
      {mayAct === true && (
        <>
          <Button variant={first === 'resolve' ? 'filled' : 'default'} onClick={() => setAct(first)}>
            {WORDS[first]}
          </Button>
          <MoreActs acts={more} onChoose={setAct} />
        </>
      )}
      {mayAct === false && (
        <span className="dim" title="Acts on incidents need a token with scope admin">
          read only
        </span>
      )}
      <ActDialog act={act} detail={detail} onClose={() => setAct(null)} />
    </span>
  );
}

function MoreActs({ acts, onChoose }: { acts: readonly Act[]; onChoose: (act: Act) => void }) {
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default">
          More&nbsp;<span aria-hidden="true">▾</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.map((act) => (
          <Menu.Item key={act} onClick={() => onChoose(act)}>
            {WORDS[act]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
