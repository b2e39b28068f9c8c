import type { Frame, Reading } from '@oopstream/core-transcript';
import { MAX_STACK_FRAMES, shapeOf, stackOf } from './crash-stack';

const frame = (name: string, more: Partial<Frame> = {}): Frame => ({
  function: name,
  offset: 1,
  size: 2,
  module: 'frob',
  reliable: true,
  inline: false,
  source: null,
  address: null,
  span: { start: 0, end: 1 },
  ...more,
});

function reading(frames: readonly Frame[], more: Partial<Reading> = {}): Reading {
  return {
    format: 'console',
    span: { start: 0, end: 1 },
    kind: 'bug',
    headline: 'kernel BUG at /build/6.1.0-47/frob.c:123!',
    exception: 'invalid_op',
    fault: { function: 'frob_find', offset: 8, module: 'frob', address: null, ofCrash: true },
    frames,
    mentions: { header: [], lockSites: [], workFunction: null },
    damage: null,
    fatal: true,
    panicked: true,
    kernelRelease: '6.1.0',
    arch: 'x86_64',
    comm: null,
    pid: null,
    cpu: null,
    taint: '',
    hardware: null,
    uptimeSeconds: null,
    occurredAtMs: null,
    bootId: null,
    ...more,
  };
}

const SIGNED = { family: 'bug', blamed: 'frob_find' };
const FRAMES = ['kfree', 'frob_get.isra.0', 'frob_get', '__x64_sys_ioctl', 'do_syscall_64'].map((name) =>
  frame(name),
);
const namesOf = (frames: readonly Frame[]) => stackOf(reading(frames), SIGNED).frames.map(({ name }) => name);

describe('the stack of a reading', () => {
  it('has what says something of this crash, each function once, without compiler suffixes', () => {
    expect(namesOf([...FRAMES, frame('frob_guess', { reliable: false })])).toEqual(['frob_find', 'frob_get']);
  });

  it('is bounded, in frames and in names', () => {
    const many = Array.from({ length: 50 }, (_, n) => frame(`frob_${n}_${'x'.repeat(1_000)}`));
    const { frames } = stackOf(reading(many), SIGNED);
    expect(frames).toHaveLength(MAX_STACK_FRAMES);
    expect(Math.max(...frames.map(({ name }) => name.length))).toBe(160);
  });

  it('knows the build by its release, unless modules of other builds may be loaded', () => {
    const buildOf = (more: Partial<Reading>) => stackOf(reading(FRAMES, more), SIGNED).build;
    expect(buildOf({})).toBe('6.1.0');
    expect(buildOf({ taint: 'OE' })).toBeNull();
    expect(buildOf({ taint: null })).toBeNull();
    expect(buildOf({ kernelRelease: null })).toBeNull();
  });

  it('says nothing of a build where the text of a trap lost the instruction pointer: who called may stand first', () => {
    expect(stackOf(reading(FRAMES, { fault: null }), SIGNED).build).toBeNull();
    expect(stackOf(reading(FRAMES, { fault: null, exception: null }), SIGNED).build).toBe('6.1.0');
  });

  it.each([
    ['bug', 'kernel BUG at /build/6.1.0-47/frob.c:123!', 'frob.c:123'],
    ['warning', 'WARNING: CPU: 3 PID: 77 at fs/cifs/connect.c:98 cifs_put+0x1a/0x40 [cifs]', 'connect.c:98'],
    ['warning', 'WARNING: CPU: 3 PID: 77', null],
    ['null-ptr-deref', 'BUG: kernel NULL pointer dereference, address: 00000000000000d0', 'NULL+0xd0'],
    [
      'null-ptr-deref',
      'BUG: unable to handle kernel NULL pointer dereference at 0000000000000040',
      'NULL+0x40',
    ],
    [
      'null-ptr-deref',
      'Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008',
      'NULL+0x8',
    ],
    ['null-ptr-deref', 'BUG: kernel NULL pointer dereference, address: 0000000000000000', null],
    ['paging-request', 'BUG: unable to handle page fault for address: ffff8881000000d0', null],
    ['soft-lockup', 'watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [nginx:12]', null],
  ])('knows the place that a header names: %s, %s', (kind, headline, site) => {
    expect(stackOf(reading(FRAMES, { kind, headline }), SIGNED).site).toBe(site);
  });

  it('says what the header says, whatever folder, line and function it was built in', () => {
    const said = (headline: string) => stackOf(reading(FRAMES, { headline }), SIGNED).said;
    expect(said('kernel BUG at /build/6.1.0-47/frob.c:123!')).toBe(said('kernel BUG at drivers/frob.c:98!'));
    expect(said('kernel BUG at drivers/frob.c:98!')).not.toBe(said('kernel BUG at drivers/other.c:98!'));
  });

  it('has one shape for crashes that teach nothing new', () => {
    const shape = (frames: readonly Frame[], more: Partial<Reading> = {}) =>
      shapeOf(stackOf(reading(frames, more), SIGNED));
    expect(shape(FRAMES, { pid: 7, cpu: 3 })).toBe(shape(FRAMES));
    expect(shape([...FRAMES, frame('frob_other')])).not.toBe(shape(FRAMES));
  });
});
