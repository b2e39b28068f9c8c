import { NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { muteIncident } from '../api/life-queries';
import { ActForm } from './act-form';
import type { ActProps } from './act-dialog';
import { DAYS, muteEnd } from './mute-end';

/** Until when nobody is called: the first condition that comes true ends it. */
export function MuteForm({ detail, onClose }: ActProps) {
  const [days, setDays] = useState<string | null>('7');
  const [crashes, setCrashes] = useState<string | number>('');
  const [hosts, setHosts] = useState<string | number>('');
  const [release, setRelease] = useState('');
  const said = { days, crashes, hosts, release };
  return (
    <ActForm
      effect="Nobody is called until the first of these comes true. It is counted all the same."
      verb="Mute"
      act={(note) => muteIncident(detail.incident.number, { ...note, ...muteEnd(said, Date.now()) })}
      onDone={onClose}
      onClose={onClose}
    >
      <Select label="For" data={DAYS} value={days} onChange={setDays} data-autofocus />
      <NumberInput
        label="Or after so many further crashes"
        value={crashes}
        min={1}
        allowDecimal={false}
        onChange={setCrashes}
      />
      <NumberInput
        label="Or on so many further hosts"
        value={hosts}
        min={1}
        allowDecimal={false}
        onChange={setHosts}
      />
      <TextInput
        label="Or with a crash on release"
        description="Or a later one of its branch."
        value={release}
        maxLength={128}
        onChange={(event) => setRelease(event.currentTarget.value)}
      />
    </ActForm>
  );
}
