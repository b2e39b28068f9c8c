import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainBytes } from './explain';
import { renderExplained } from './explain-text';

const SEED = join(
  __dirname,
  '../../../libs/core/transcript/cases/kdump/seed.kmalloc-usb-analysis/transcript.txt',
);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

describe('oopstream explain', () => {
  const explained = explainBytes('seed.md', readFileSync(SEED));

  it('finds the one crash of the note under the name that people say', () => {
    expect(explained.crashes.map((c) => c.explanation.signature.title)).toEqual([
      '__kmalloc+171 stack_segment from usbdev_ioctl',
    ]);
  });

  it('says which list line let a frame pass, and hashing what it prints gives the keys', () => {
    const [crash] = explained.crashes;
    const skipped = crash?.explanation.blame.steps.find((step) => step.function === '__kmalloc');
    expect(skipped?.skippedBy?.list).toBe('allocators');
    expect(crash?.explanation.signature.groupKey).toBe(
      `v1:${sha256(crash?.explanation.signature.groupText ?? '')}`,
    );
  });

  it('renders for people, with the lines when asked', () => {
    const text = renderExplained(explained, true);
    expect(text).toContain('1 crash');
    expect(text).toContain('skipped by allocators:');
    expect(text).toContain('disassembly');
    expect(renderExplained(explained, false)).not.toContain('disassembly');
  });

  it('dates a crash by the clock of its boot', () => {
    const log = `[    1.500000] rtc_cmos 00:04: setting system clock to 2026-03-04T05:06:07 UTC (1772600767)
[   11.500000] Kernel panic - not syncing: Fatal exception
[   11.600000] ---[ end Kernel panic - not syncing: Fatal exception ]---
`;
    const { crashes } = explainBytes('log', Buffer.from(log));
    expect(crashes.map(({ reading }) => reading.occurredAtMs)).toEqual([Date.UTC(2026, 2, 4, 5, 6, 17)]);
  });

  it('says so where there is nothing', () => {
    expect(renderExplained(explainBytes('empty', new Uint8Array()), false)).toBe('empty: 0 bytes, no crash');
  });
});
