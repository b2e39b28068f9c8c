import type { CrashDetail, Frame } from '../api/models';
import { crashMarkdown } from './crash-markdown';

const frame = (name: string, over: Partial<Frame> = {}): Frame => ({
  function: name,
  offset: 17,
  size: 48,
  module: null,
  reliable: true,
  inline: false,
  source: null,
  address: null,
  span: { start: 0, end: 1 },
  ...over,
});

const AT = '2026-11-23T02:12:07.000Z';
const DETAIL: CrashDetail = {
  crash: {
    id: '0193a7c2-5b1e-7c44-9d2e-6f0a8b3c1d22',
    incidentNumber: 'OOPS-42',
    held: false,
    title: 'vusb_pool_alloc+17 [vusbmon] stack_segment from vusbmon_ioctl',
    kind: 'stack-segment',
    family: 'bad-access',
    blamed: 'vusb_pool_alloc',
    entry: 'vusbmon_ioctl',
    module: 'vusbmon',
    hostId: '8d2f',
    hostName: 'kvmhost-12',
    model: null,
    kernelRelease: '6.1.0-55-amd64',
    bootId: null,
    verdict: null,
    hardwareLikelihood: null,
    fatal: true,
    occurredAt: AT,
    receivedAt: AT,
    processedAt: AT,
  },
  releaseParts: null,
  readings: [
    {
      transcriptId: '0123456789abcdef0123456789abcdef',
      analysis: null,
      primary: true,
      linkedAt: AT,
      link: { reason: 'group-key', detail: {} },
      outcome: 'grouped',
      signature: {
        algorithmVersion: 1,
        title: '',
        exactKey: 'v1:a',
        groupKey: 'v1:b',
        groupText: '',
        looseKey: 'v1:c',
        family: 'bad-access',
        blamed: null,
        entry: null,
      },
      reading: {
        format: 'console',
        span: { start: 0, end: 10 },
        kind: 'stack-segment',
        headline: 'stack segment: 0000 [#1] PREEMPT SMP NOPTI',
        exception: 'stack_segment',
        fault: null,
        frames: [
          frame('vusb_alloc_urb.constprop.0', { module: 'vusbmon' }),
          frame('do_syscall_64', { offset: null, size: null, reliable: false }),
        ],
        mentions: { header: [], lockSites: [], workFunction: null },
        damage: null,
        fatal: true,
        panicked: true,
        kernelRelease: null,
        arch: 'x86_64',
        comm: null,
        pid: null,
        cpu: null,
        taint: null,
        hardware: null,
        uptimeSeconds: null,
        occurredAtMs: null,
        bootId: null,
      },
    },
  ],
  transcripts: [],
};

describe('crashMarkdown', () => {
  it('holds the stack as the kernel prints it, guesses marked', () => {
    expect(crashMarkdown(DETAIL, 'https://oops.example/crashes/x')).toBe(
      [
        '**OOPS-42** · `vusb_pool_alloc+17 [vusbmon] stack_segment from vusbmon_ioctl`',
        '',
        '- [this crash](https://oops.example/crashes/x) on `kvmhost-12`, release `6.1.0-55-amd64`, machine died',
        '- happened 2026-11-23 02:12:07 UTC',
        '',
        '```',
        'stack segment: 0000 [#1] PREEMPT SMP NOPTI',
        ' vusb_alloc_urb.constprop.0+0x11/0x30 [vusbmon]',
        ' ? do_syscall_64',
        '```',
        '',
      ].join('\n'),
    );
  });

  it('says why, with how sure it is', () => {
    const verdict = {
      class: 'memory-overwrite',
      confidence: 'likely',
      text: 'Overwritten.',
      flags: [],
      culprit: null,
    };
    const analysis = {
      version: 1,
      verdict,
      findings: [],
      registers: [],
      hardware: { value: 0, parts: [] },
      missing: [],
    };
    const readings = DETAIL.readings.map((reading) => ({ ...reading, analysis }));
    expect(crashMarkdown({ ...DETAIL, readings }, 'x')).toContain(
      '\n- verdict `memory-overwrite` (likely)\n\nOverwritten.\n\n```\n',
    );
  });

  it('does without a stack', () => {
    expect(crashMarkdown({ ...DETAIL, readings: [] }, 'x')).not.toContain('```');
  });
});
