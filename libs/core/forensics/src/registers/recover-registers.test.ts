import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSession } from '@oopstream/core-transcript';
import type { Backtrace, RegisterSet } from '@oopstream/core-transcript';
import { recoverRegisters, trapState } from './recover-registers';

const CASES = join(__dirname, '../../../transcript/cases');
const hex = (registers: RegisterSet | undefined) =>
  Object.fromEntries([...(registers?.values ?? [])].map(([name, { value }]) => [name, value.toString(16)]));
const withWords = (path: string): Backtrace[] =>
  (readSession(readFileSync(path))?.backtraces ?? []).filter((one) =>
    one.frames.some((frame) => frame.words.length > 0),
  );

const kdump = readdirSync(join(CASES, 'kdump')).filter(
  (name) => withWords(join(CASES, 'kdump', name, 'transcript.txt')).length > 0,
);

describe('recoverRegisters', () => {
  it('rebuilds what the seed crash trapped with, across two frames', () => {
    const [backtrace] = withWords(join(CASES, 'kdump/seed.kmalloc-usb-analysis/transcript.txt'));
    const state = trapState(recoverRegisters(backtrace!, 'x86_64'))!;
    expect(state).toMatchObject({ frame: 6, shownBy: 'adjacent', unknown: [], address: 0xffffabfa4b0ebb88n });
    expect(hex(state.registers)).toMatchObject({
      r15: 'ffff8ef487c0e9c0',
      r13: 'fe',
      rbp: '72006900560338',
      r8: 'ffff8f03dfb28120',
      rcx: '32a9b',
      rdx: '32a9a',
      rip: 'ffffffff84287f8b',
      cs: '10',
      rflags: '10202',
      rsp: 'ffffabfa4b0ebc38',
      ss: '18',
    });
  });

  it('has sessions of every kind to be measured with', () => {
    expect(kdump.length).toBeGreaterThan(60);
  });

  it.each(kdump)('finds in %s what crash(8) prints, or better', (name) => {
    for (const backtrace of withWords(join(CASES, 'kdump', name, 'transcript.txt'))) {
      const states = recoverRegisters(backtrace, 'x86_64');
      for (const frame of backtrace.frames) {
        if (frame.registers === null || frame.registers.of === 'user' || frame.bogus) continue;
        const state = states.find(
          (one) => one.registers.values.get('rsp')?.value === frame.registers?.values.get('rsp')?.value,
        );
        const printed = Object.entries(hex(frame.registers)).filter(
          ([register]) => !state?.unknown.includes(register),
        );
        expect(hex(state?.registers)).toEqual(Object.fromEntries(printed));
      }
    }
  });

  it.each(kdump.filter((name) => name.startsWith('softlockup')))(
    'finds in %s what was interrupted',
    (name) => {
      const backtraces = withWords(join(CASES, 'kdump', name, 'transcript.txt'));
      const bogus = backtraces.filter((one) => one.frames.some((frame) => frame.bogus));
      for (const backtrace of bogus) {
        const state = trapState(recoverRegisters(backtrace, 'x86_64'));
        const at = backtrace.frames.findIndex((frame) => frame.bogus);
        expect(state?.shownBy).toBe('adjacent');
        // `bt -F` names the function instead.
        if (state?.unknown.includes('rip')) continue;
        // The frame below the interrupt stands where the instruction pointer was.
        expect(state?.registers.values.get('rip')?.value).toBe(backtrace.frames[at + 1]?.address);
        expect(state?.shownBy).toBe('adjacent');
      }
    },
  );

  it('takes no copy made for the dump, and nothing that only looks alike', () => {
    const text = readFileSync(join(CASES, 'kdump/softlockup-01.crash-session/transcript.txt'), 'latin1');
    const [backtrace] = withWords(join(CASES, 'kdump/softlockup-01.crash-session/transcript.txt'));
    expect(recoverRegisters(backtrace!, 'x86_64')).toHaveLength(1);
    for (const [from, to] of [
      ['0000000000000010 0000000000000202', '0000000000000010 0000000000000200'],
      ['0000000000000010 0000000000000202', '0000000000000018 0000000000000202'],
      ['ffffce9d00437e50 0000000000000018', 'ffffce9d00437d50 0000000000000018'],
      ['ffffce9d00437e50 0000000000000018', 'ffffce9d00437e50 0000000000000010'],
    ] as const) {
      expect(text).toContain(from);
      const [other] = readSession(Buffer.from(text.replaceAll(from, to), 'latin1'))!.backtraces.filter(
        (one) => one.frames.some((frame) => frame.words.length > 0),
      );
      expect(recoverRegisters(other!, 'x86_64')).toEqual([]);
    }
  });
});
