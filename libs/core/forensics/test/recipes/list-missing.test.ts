import { readDetails, readSession, readTranscript } from '@oopstream/core-transcript';
import type { Verdict, VerdictClass } from '../../src';
import { buildCase } from '../../src/crash-case';
import { listMissing } from '../../src/recipes/list-missing';
import { RECIPES } from '../../src/recipes/recipe-table';
import { NULL_HEAD, oopsText, type OopsParts } from '../oops-text';
import { tableDisassembler } from '../verdicts/table-disassembler';

const verdict = (named: VerdictClass, over: Partial<Verdict> = {}): Verdict => ({
  class: named,
  confidence: 'likely',
  text: '',
  flags: [],
  culprit: null,
  ...over,
});

function caseOf(text: string) {
  const bytes = Buffer.from(text, 'utf8');
  const reading = readTranscript(bytes).readings[0]!;
  const details = readDetails(bytes, reading);
  return buildCase({ reading, details, session: readSession(bytes) }, tableDisassembler);
}

const missing = (text: string, judged: Verdict) =>
  listMissing(caseOf(text), judged).map(({ command }) => command);
const oops = (parts: Partial<OopsParts> = {}) => oopsText({ head: NULL_HEAD, ...parts });
const GP =
  'general protection fault, probably for non-canonical address 0x1234567890abcdef: 0000 [#1] PREEMPT SMP';
const gp = (parts: Partial<OopsParts> = {}) => oops({ head: [GP], ...parts });
const slub = gp({
  at: '__kmalloc+0xab/0x2f0',
  registers: { R08: 'ffff8f03dfb28120', RBX: 'ffff888104a3c700' },
});
const bareBt = [
  'PID: 1187   TASK: ffff8f0bca5717c0  CPU: 1   COMMAND: "fetcher"',
  ' #0 [ffffabfa4b0eb9d0] machine_kexec at ffffffff8405879e',
  ' #1 [ffffabfa4b0ebb70] do_general_protection at ffffffff8401e071',
  ' #2 [ffffabfa4b0ebb80] general_protection at ffffffff84a0108e',
  ' #3 [ffffabfa4b0ebc08] foo_get at ffffffff84287f8b',
  ' #4 [ffffabfa4b0ebc70] foo_ioctl at ffffffff845c5e52',
  '',
].join('\n');
const listText = `${oops({
  head: [
    'list_del corruption. prev->next should be ffff888104a3c5d8, but was ffff888104a3c600. (prev=ffff888104a3c600)',
    '------------[ cut here ]------------',
    'kernel BUG at lib/list_debug.c:61!',
    'invalid opcode: 0000 [#1] PREEMPT SMP NOPTI',
  ],
  at: '__list_del_entry_valid+0xb6/0xe0',
  code: '90 90 <0f> 0b 90 90',
})}`;
const hung = [
  'INFO: task fetcher:1187 blocked for more than 120 seconds.',
  '      Not tainted 6.1.0-27-amd64 #1',
  'task:fetcher         state:D stack:0     pid:1187  ppid:1      flags:0x00000002',
  'Call Trace:',
  ' __schedule+0x2e3/0x740',
  ' schedule+0x42/0xb0',
  ' __mutex_lock+0x20/0x30',
  ' foo_ioctl+0x16/0x40',
  'Showing all locks held in the system:',
  '1 lock held by fetcher/1187:',
  ' #0: ffff888104a3c8a0 (&foo->lock){+.+.}-{3:3}, at: foo_ioctl+0x16/0x40',
  '',
]
  .map((line, n) => (line === '' ? line : `[  240.0000${n + 10}] ${line}`))
  .join('\n');

/** Command expected, in a text without it, of a verdict; and the session line that makes it needless. */
const ROWS: readonly (readonly [command: string, text: string, named: VerdictClass, shown: string])[] = [
  ['bt -f', bareBt, 'wild-pointer', 'crash> bt -f'],
  ['dis -rl foo_get+47', gp({ code: 'Bad RIP value.' }), 'wild-pointer', ''],
  [
    'struct kmem_cache_cpu ffff8f03dfb28120',
    slub,
    'memory-overwrite',
    'crash> struct kmem_cache_cpu ffff8f03dfb28120',
  ],
  ['kmem -s', slub, 'memory-overwrite', 'crash> kmem -s'],
  ['kmem ffff888104a3c700', slub, 'use-after-free', 'crash> kmem ffff888104a3c700'],
  ['rd ffff888104a3c5d8 8', listText, 'list-corruption', 'crash> rd ffff888104a3c5d8 8'],
  ["struct -o TYPE | grep '\\[24\\]'", oops(), 'null-pointer', ''],
  ['mod', oops(), 'code-unloaded', 'crash> mod'],
  ['timer', oops(), 'code-unloaded', 'crash> timer'],
  ['bt -a', hung, 'deadlock', 'crash> bt -a'],
  ['foreach UN bt', hung, 'hung-task', 'crash> foreach UN bt'],
  ['struct mutex.owner ffff888104a3c8a0', hung, 'deadlock', ''],
  ['runq', oops(), 'lockup', 'crash> runq'],
  ['kmem -i', oops(), 'out-of-memory', 'crash> kmem -i'],
  ['kmem -s', oops(), 'out-of-memory', 'crash> kmem -s'],
  ['ps -G', oops(), 'out-of-memory', 'crash> ps -G'],
  ['bt -t', oops(), 'stack-overflow', 'crash> bt -t'],
  ["log | grep -iE 'mce|edac|ghes|aer'", oops(), 'bit-flip', 'crash> log'],
  ['log', bareBt, 'unknown', 'crash> log'],
];

describe('what to try next', () => {
  it.each(ROWS)('%s is asked for, and not again', (command, text, named, shown) => {
    expect(missing(text, verdict(named))).toContain(command);
    if (shown !== '') expect(missing(`${text}\n${shown}\n`, verdict(named))).not.toContain(command);
  });

  it('every row of the table is reached by one of these', () => {
    const reached = new Set(
      ROWS.flatMap(([, text, named]) => {
        const crash = caseOf(text);
        return RECIPES.filter(
          ({ classes, command }) => (classes === 'any' || classes.includes(named)) && command(crash) !== null,
        );
      }),
    );
    expect(RECIPES.filter((row) => !reached.has(row)).map(({ why }) => why)).toEqual([]);
  });

  it('the list is short, and names nothing twice', () => {
    for (const [, text, named] of ROWS) {
      const commands = missing(text, verdict(named));
      expect(commands.length).toBeLessThanOrEqual(4);
      expect(new Set(commands).size).toBe(commands.length);
    }
  });

  it('of what is certain and nobody else’s doing nothing is missing', () => {
    expect(missing(oops(), verdict('null-pointer', { confidence: 'certain' }))).toEqual([]);
    const culprit = { name: 'foo', confidence: 'hint', why: 'so' } as const;
    expect(missing(slub, verdict('memory-overwrite', { confidence: 'certain', culprit }))).not.toEqual([]);
    expect(missing(oops(), verdict('out-of-memory', { confidence: 'certain' }))).not.toEqual([]);
  });

  it('an oops of the log is not asked for what only crash(8) has where it says enough', () => {
    expect(missing(oops(), verdict('wild-pointer'))).not.toContain('bt -f');
  });
});
