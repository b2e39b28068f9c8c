import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDetails, readSession, readTranscript } from '@oopstream/core-transcript';
import { analyse } from '../src';
import type { Analysis, Confidence, Disassemble, FindingKind } from '../src';

const bytes = readFileSync(
  join(__dirname, '../../transcript/cases/kdump/seed.kmalloc-usb-analysis/transcript.txt'),
);
/** The seed has no `Code:` bytes: nothing is there to take apart. */
const noDisassembler: Disassemble = () => null;

function analysed(text: Uint8Array): Analysis {
  const [reading] = readTranscript(text).readings;
  return analyse(
    { reading: reading!, details: readDetails(text, reading!), session: readSession(text) },
    noDisassembler,
  );
}

const analysis = analysed(bytes);
const quote = ({ start, end }: { start: number; end: number }) => bytes.subarray(start, end).toString('utf8');

/** What the engineer found who solved this crash by hand: claim, how sure, and bytes that must be among the evidence. */
const FOUND: readonly (readonly [FindingKind, Confidence, RegExp, readonly string[]])[] = [
  ['task', 'certain', /esdm-agent \(pid 11941, on CPU 10\)/, []],
  [
    'source',
    'certain',
    /^Frame #7 .* saved instruction pointer: __kmalloc\+171 \(mm\/slub\.c:283\)/,
    ['ffffffff84287f8b'],
  ],
  [
    'release',
    'certain',
    /package kernel-4\.18\.0-147\.5\.1\.el8_1 and the release 4\.18\.0-147\.5\.1\.el8_1\.5es\.14\.x86_64/,
    [],
  ],
  ['instruction', 'certain', /mov 0x0\(%rbp,%rax,1\),%rbx \(__kmalloc\+171\)/, []],
  [
    'why-this-trap',
    'certain',
    /0x72006900560338 is non-canonical.*base is rbp or rsp.*#SS, not #GP/,
    ['0072006900560338[bp]'],
  ],
  ['registers-recovered', 'certain', /struct pt_regs\): 21 of them recovered/, []],
  [
    'value',
    'likely',
    /^rbp = 0072006900560338 reads as USB string descriptor, 56 bytes, "Vir/,
    ['0072006900560338[bp]'],
  ],
  ['structure', 'certain', /^r8 is the address of this kmem_cache_cpu/, ['ffff8f03dfb28120[r8]']],
  ['structure', 'likely', /^r15 is noted as kmem_cache/, ['ffff8ef487c0e9c0[kmem_cache]']],
  [
    'value-chain',
    'certain',
    /^rbp holds kmem_cache_cpu\.freelist/,
    ['0x72006900560338', '0072006900560338[bp]'],
  ],
  ['value-chain', 'likely', /^rdx holds kmem_cache_cpu\.tid \(207514\)/, ['207514', '0000000000032a9a']],
  ['value-chain', 'likely', /^rcx \(0x32a9b\) is rdx\+0x1, by lea/, ['0000000000032a9b', '0000000000032a9a']],
  ['value-chain', 'likely', /^rax \(0x0\) is 4 bytes at r15\+0x20/, []],
  [
    'value-chain',
    'likely',
    /^r8 = 0xffff8f03dfb00000 \+ rdi \(0x28120\): a per-CPU base/,
    ['ffff8f03dfb28120[r8]'],
  ],
  ['allocation', 'likely', /^r13 = 254 .* kmalloc-256/, ['00000000000000fe']],
  ['allocation', 'likely', /0x6080c0 .* GFP_KERNEL\|__GFP_ZERO/, ['00000000006080c0']],
  ['system-call', 'certain', /system call ioctl/, []],
  ['system-call', 'likely', /0x8038550a is USBDEVFS_SUBMITURB/, ['000000008038550a']],
];

describe('the seed crash', () => {
  it.each(FOUND)('has the finding %s, %s: %s', (kind, confidence, claim, evidence) => {
    const finding = analysis.findings.find((one) => one.kind === kind && claim.test(one.claim));
    expect(finding).toMatchObject({ kind, confidence });
    expect(finding!.evidence.length).toBeGreaterThan(0);
    expect(finding!.evidence.map(({ span }) => quote(span))).toEqual(expect.arrayContaining([...evidence]));
  });

  it.each([
    ['r15', 'ffff8ef487c0e9c0'],
    ['rbp', '0072006900560338'],
    ['r8', 'ffff8f03dfb28120'],
    ['cs', '10'],
    ['rflags', '10202'],
    ['ss', '18'],
  ])('has %s back from the stack words', (name, value) => {
    const register = analysis.registers.find((one) => one.name === name)!;
    expect(register).toMatchObject({ name, value, origin: 'recovered' });
    expect(quote(register.span)).toContain(value);
  });

  it('is a slab freelist overwritten by USB string data', () => {
    expect(analysis.verdict.class).toBe('memory-overwrite');
    expect(analysis.verdict.text).toMatch(/free.*overwritten|overwritten.*free/);
    expect(analysis.verdict.text).toContain('USB string descriptor');
    expect(analysis.verdict.flags).toContain('victim-differs-from-culprit');
    expect(analysis.hardware).toEqual({ value: 0, parts: [] });
  });

  it('without the structure says less, and asks for it', () => {
    const text = bytes.toString('utf8');
    const less = analysed(Buffer.from(text.slice(0, text.indexOf('## struct'))));
    expect(less.findings.filter(({ kind }) => kind === 'structure')).toHaveLength(1);
    expect(less.missing.map(({ command }) => command)).toContain('struct kmem_cache_cpu ffff8f03dfb28120');
  });

  it('without `bt -f` and `dis` claims nothing of registers, and asks for them', () => {
    const text = bytes.toString('utf8');
    const bare = analysed(Buffer.from(text.slice(0, text.indexOf('# bt -f'))));
    expect(bare.registers).toEqual([]);
    expect(bare.findings.map(({ kind }) => kind)).not.toContain('instruction');
    expect(bare.verdict.confidence).not.toBe('certain');
    expect(bare.missing.map(({ command }) => command)).toContain('bt -f');
  });
});
