import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '@oopstream/core-signature';
import { readSession, readTranscript, type Reading } from '@oopstream/core-transcript';
import { hashText } from '../fingerprint';
import { gatherCrashes, type ReadText } from './gather-crashes';

const KDUMP = join(__dirname, '../../../../libs/core/transcript/cases/kdump');

function signed(text: number, reading: Reading) {
  return { text, reading, groupKey: explain(reading, hashText).signature.groupKey };
}

function texts(...files: readonly (string | Uint8Array)[]): readonly ReadText[] {
  return files.map((file, text) => {
    const bytes = typeof file === 'string' ? readFileSync(join(KDUMP, file, 'transcript.txt')) : file;
    return {
      readings: readTranscript(bytes).readings.map((reading) => signed(text, reading)),
      hasSession: readSession(bytes) !== null,
    };
  });
}

const gathered = (read: readonly ReadText[]) =>
  gatherCrashes(read).map(({ tellings }) => tellings.map(({ text, why }) => [text, why]));

const LOG = 'nvc-null-lookup-01.dmesg';

/** The log's reading, as another text might tell it. */
function retold(change: Partial<Reading>): readonly ReadText[] {
  const [log] = texts(LOG);
  const [one] = log!.readings;
  return [log!, { readings: [{ ...signed(1, { ...one!.reading, ...change }) }], hasSession: false }];
}

describe('gathering crashes from several texts', () => {
  it.each(['hung-task-01', 'rtx-memcpy-01', 'softlockup-01', 'oom-01', 'sysrq-c-01'])(
    'takes log, backtrace and session of %s for one crash, though not all name it alike',
    (name) => {
      const all = texts(`${name}.dmesg`, `${name}.crash-bt`, `${name}.crash-session`);
      expect(gathered(all).map((tellings) => tellings.length)).toEqual([3]);
    },
  );

  it('is told by the text that tells most', () => {
    const [crash] = gatherCrashes(texts('nvc-null-lookup-01.crash-bt', LOG));
    expect(crash?.told.text).toBe(1);
  });

  it.each<[string, Partial<Reading>]>([
    ['another release', { kernelRelease: '5.10.0' }],
    ['another architecture', { arch: 'arm64' }],
    ['another boot', { uptimeSeconds: 90_000 }],
    ['another task', { pid: 4711, comm: 'other' }],
  ])('does not take %s for the same crash, though its group key is the same', (_, change) => {
    expect(gathered(retold(change))).toEqual([[[0, null]], [[1, null]]]);
  });

  it('takes a damaged text for the crash when nothing in it speaks against that', () => {
    const nameless = { kind: 'unknown', fault: null, frames: [], pid: null, comm: null } as const;
    expect(gathered(retold({ ...nameless, damage: 'torn' })).length).toBe(1);
    expect(gathered(retold({ ...nameless, damage: null })).length).toBe(2);
  });

  it('never joins two readings of one text', () => {
    const [log] = texts(LOG);
    const [one] = log!.readings;
    expect(gathered([{ readings: [one!, one!], hasSession: false }]).length).toBe(2);
  });

  it('adds crash(8) output without a crash of its own to the only crash, and to none of several', () => {
    const dis = Buffer.from('crash> dis nvc_lookup 1\n0xffffffffc0d2d000 <nvc_lookup>:\tpush   %rbp\n');
    expect(gathered(texts(LOG, dis))[0]?.map(([text]) => text)).toEqual([0, 1]);
    const two = gathered(texts(LOG, 'nvc-div0-01.dmesg', dis));
    expect(two.flat().map(([text]) => text)).toEqual([0, 1]);
  });
});
