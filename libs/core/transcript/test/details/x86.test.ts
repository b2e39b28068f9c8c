import { describeEras, detailsOf } from './era';
import { X86_ERAS } from './eras-x86';

const X86_TASK = 'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-amd64 #1';

describeEras(X86_ERAS);

describe('page tables and ranges', () => {
  const levels = (lines: readonly string[]) =>
    detailsOf(lines).pageTable.map(({ level, value }) => `${level} ${value.toString(16)}`);

  it('are read in each wording', () => {
    expect(levels(X86_ERAS[0]?.lines ?? [])).toEqual(['pgd 9415067', 'p4d 9415067', 'pud 9417067', 'pmd 0']);
    expect(levels(X86_ERAS.find(({ name }) => name.startsWith('i386'))?.lines ?? [])).toEqual(['pde 0']);
  });

  it('KASAN says which access its shadow stood for', () => {
    const details = detailsOf([
      'general protection fault, probably for non-canonical address 0xdffffc0000000003: 0000 [#1] PREEMPT SMP KASAN',
      'KASAN: null-ptr-deref in range [0x0000000000000018-0x000000000000001f]',
      X86_TASK,
      'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
      'Call Trace:',
      ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
    ]);
    expect(details.accessRange?.value).toEqual({ low: 0x18n, high: 0x1fn });
  });

  it('what only may be the address is not trusted', () => {
    const details = detailsOf([
      'general protection fault, maybe for address 0xffff888012345678: 0000 [#1] PREEMPT SMP',
      X86_TASK,
      'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
    ]);
    expect(details.faultAddress).toMatchObject({ value: 0xffff888012345678n, trusted: false });
  });
});
