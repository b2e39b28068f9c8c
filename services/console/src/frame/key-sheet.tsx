import { Kbd, Switch } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../feedback/dialog';
import { keysAreOn, switchKeys } from '../keyboard/use-keys';
import styles from './frame.module.css';

const KEYS = [
  ['j  k', 'next, previous row; crash: next, previous claim'],
  ['n  p', 'crash: next, previous evidence of the claim'],
  ['enter', 'open the row'],
  ['/', 'search'],
  ['g i', 'incidents'],
  ['g g', 'groups of incidents with one cause'],
  ['g r', 'dirty reboots'],
  ['r', 'list: show what is new · incident: raw transcript of its latest crash · crash: raw transcript'],
  ['e', 'resolve or reopen the incident'],
  ['a', 'incident: assign'],
  ['m', 'incident: mute or unmute'],
  ['c', 'copy the page as Markdown'],
  ['[  ]', 'crash: the older, the newer one of its incident'],
  ['1  9', 'crash: its first transcript to its ninth'],
  ['?', 'this sheet'],
] as const;

export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [on, setOn] = useState(keysAreOn);
  return (
    <Dialog title="Keys" opened={opened} onClose={onClose}>
      <dl className={styles.keys}>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split('  ').map((key) => (
                <Kbd key={key} size="xs">
                  {key}
                </Kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Switch
        label="Single-key shortcuts"
        checked={on}
        onChange={(event) => {
          switchKeys(event.currentTarget.checked);
          setOn(event.currentTarget.checked);
        }}
      />
    </Dialog>
  );
}
