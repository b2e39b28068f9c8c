import type { Frame } from '../api/models';
import { stackRows } from './stack-rows';

const frame = (name: string, reliable = true): Frame => ({
  function: name,
  offset: 1,
  size: 2,
  module: null,
  reliable,
  inline: false,
  source: null,
  address: null,
  span: { start: 70, end: 90 },
});
const FAULT = { function: 'vusb_pool_alloc', offset: 17, module: 'vusbmon', address: null, ofCrash: true };

describe('stackRows', () => {
  it('puts the fault on top of a trace that begins at its caller', () => {
    const rows = stackRows({ fault: FAULT, frames: [frame('vusb_alloc_urb')] });
    expect(rows.map((row) => [row.label, row.frame.function, row.start])).toEqual([
      ['RIP', 'vusb_pool_alloc', null],
      ['0', 'vusb_alloc_urb', 70],
    ]);
  });

  it('does not say the fault twice', () => {
    const frames = [frame('machine_kexec'), frame('vusb_pool_alloc.isra.0'), frame('vusb_alloc_urb')];
    expect(stackRows({ fault: FAULT, frames }).map((row) => row.label)).toEqual(['0', '1', '2']);
  });

  it('does not take a guess of the kernel for the fault', () => {
    expect(stackRows({ fault: FAULT, frames: [frame('vusb_pool_alloc', false)] })[0]?.label).toBe('RIP');
  });

  it('leaves out a pointer that is not of the crash', () => {
    expect(stackRows({ fault: { ...FAULT, ofCrash: false }, frames: [frame('a')] })).toHaveLength(1);
  });

  it('is the trace alone where no fault is known', () => {
    expect(stackRows({ fault: null, frames: [frame('a')] })).toHaveLength(1);
  });
});
