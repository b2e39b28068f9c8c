import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { resolveIncident } from '../api/queries';
import { counted } from '../count/count-text';
import type { ActProps } from './act-dialog';
import { ActForm } from './act-form';

/** With the release or the commit that has the fix, where known. */
export function ResolveForm({ detail, onClose }: ActProps) {
  const { number, crashes, hosts } = detail.incident;
  const [release, setRelease] = useState('');
  const [commit, setCommit] = useState('');
  const fix = {
    ...(release.trim() !== '' && { release: release.trim() }),
    ...(commit.trim() !== '' && { commit: commit.trim() }),
  };
  return (
    <ActForm
      effect={`${counted(crashes, 'crash', 'crashes')} on ${counted(hosts, 'host', 'hosts')}. It leaves the open list. With a release or a commit, a crash on a kernel that has it opens it again and sends an alert; without, any crash that happens after now does.`}
      verb="Resolve"
      act={(note) => resolveIncident(number, { ...note, ...fix })}
      onDone={onClose}
      onClose={onClose}
    >
      <TextInput
        label="Fixed in release"
        description="As uname -r says. Optional."
        value={release}
        maxLength={128}
        data-autofocus
        onChange={(event) => setRelease(event.currentTarget.value)}
      />
      <TextInput
        label="Fixed by commit"
        description="The fix table knows in which releases it is. Optional."
        value={commit}
        maxLength={64}
        onChange={(event) => setCommit(event.currentTarget.value)}
      />
    </ActForm>
  );
}
