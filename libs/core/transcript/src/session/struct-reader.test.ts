import { hex, lines, session, TASK } from '../../test/session-text';

const members = (text: string) =>
  session(text).structs.map((one) => [
    one.type,
    hex(one.address),
    ...one.members.map((m) => `${m.path}=${m.text}${m.value === null ? '' : `|${hex(m.value)}`}`),
  ]);
const words = (text: string) =>
  session(text).memory.map((dump) => [
    hex(dump.address),
    dump.wordBytes,
    ...dump.words.map((word) => `${hex(word.value) ?? ''}${word.label === null ? '' : `~${word.label}`}`),
  ]);
describe('dis', () => {
  it('reads offset, text, the comments of gdb and of people, and the source line above', () => {
    const text = lines(
      '/usr/src/linux/mm/slub.c: 283',
      '0xffffffff84287f80 <__kmalloc+160>:     mov    0x20(%r15),%eax  //%r15 is s->offset',
      '0xffffffff84287f84 <__kmalloc+0xa4>:\tmov    0x10(%rip),%rax        # 0xffffffff82000010 <jiffies>',
      '=> 0xffffffff84287f8b <__kmalloc>:\tpush   %rbp',
      '0xffff800008123450 <f+4>:\tmov\tw0, #0x1                   \t// #1',
      '0xffffffffc0604000 <nvc_lookup+35 [nvcache]>:',
    );
    expect(
      session(text).instructions.map((i) => [i.function, i.offset, i.module, i.text, i.comment]),
    ).toEqual([
      ['__kmalloc', 160, null, 'mov 0x20(%r15),%eax', '%r15 is s->offset'],
      ['__kmalloc', 164, null, 'mov 0x10(%rip),%rax', '0xffffffff82000010 <jiffies>'],
      ['__kmalloc', 0, null, 'push %rbp', null],
      ['f', 4, null, 'mov w0, #0x1', '#1'],
      ['nvc_lookup', 35, 'nvcache', '', null],
    ]);
    expect(session(text).instructions[0]?.source).toBe('/usr/src/linux/mm/slub.c:283');
  });

  it("knows the function of gdb's disassemble from its first line", () => {
    const text = lines(
      'Dump of assembler code for function frob_commit:',
      '   0xffffffff84287f80 <+160>:\t41 8b 47 20\tmov    0x20(%r15),%eax',
    );
    expect(session(text).instructions.map((i) => [i.function, i.offset, i.text])).toEqual([
      ['frob_commit', 160, 'mov 0x20(%r15),%eax'],
    ]);
  });
});

describe('struct', () => {
  it('flattens members; those of anonymous unions are the parent’s', () => {
    const text = lines(
      'crash> struct page ffffde4601109480',
      'struct page {',
      '  flags = 42,',
      '  {',
      '    {',
      '      lru = {',
      '        next = 0xdead000000000100,',
      '      },',
      '      index = 0,',
      '    },',
      '    rcu_head = {',
      '      func = 0xffffffff81123450 <free_pages+12>',
      '    }',
      '  },',
      '  name = "abc\\"},{\\000", \'\\000\' <repeats 12 times>, "x",',
      '  arr = {0x0, 0x1, 0x2},',
      '  nodes = {{',
      '      a = 1',
      '    }, {',
      '      a = 2',
      '    }},',
      "  c = 97 'a',",
      '  e = TASK_RUNNING,',
      '  z = {0 <repeats 15 times>, 7}',
      '}',
    );
    expect(members(text)).toEqual([
      [
        'page',
        'ffffde4601109480',
        'flags=42|2a',
        'lru.next=0xdead000000000100|dead000000000100',
        'index=0|0',
        'rcu_head.func=0xffffffff81123450 <free_pages+12>|ffffffff81123450',
        'name="abc\\"},{\\000", \'\\000\' <repeats 12 times>, "x"',
        'arr[0]=0x0|0',
        'arr[1]=0x1|1',
        'arr[2]=0x2|2',
        'nodes[0].a=1|1',
        'nodes[1].a=2|2',
        "c=97 'a'|61",
        'e=TASK_RUNNING',
        'z[0]=0 <repeats 15 times>|0',
        'z[15]=7|7',
      ],
    ]);
  });

  it('-o gives offsets, of an object with its address too, and the size', () => {
    const text = lines(
      'crash> struct -o kmem_cache_cpu',
      'struct kmem_cache_cpu {',
      '        union {',
      '   [0]      void **freelist;',
      '        };',
      '        struct {',
      '  [16]      int (*run)(void *);',
      '        } ops;',
      '  [24] unsigned int flags : 3;',
      '}',
      'SIZE: 32',
      'crash> struct -o kmem_cache_cpu ffff8f03dfb28120',
      'struct kmem_cache_cpu {',
      '  [ffff8f03dfb28120] void **freelist;',
      '  [ffff8f03dfb28130] struct slab *slab;',
      '}',
    );
    expect(
      session(text).structs.map((s) => [s.sizeBytes, ...s.members.map((m) => `${m.path}@${m.offset}`)]),
    ).toEqual([
      [32, 'freelist@0', 'ops.run@16', 'flags@24'],
      [null, 'freelist@0', 'slab@16'],
    ]);
  });

  it.each([
    ['crash> struct kmem_cache.size,object_size ffff8ef487c0e9c0', ['kmem_cache', 'ffff8ef487c0e9c0']],
    ['crash> kmem_cache.size 0xffff8ef487c0e9c0', ['kmem_cache', 'ffff8ef487c0e9c0']],
    ['crash> *kmem_cache.size ffff8ef487c0e9c0', ['kmem_cache', 'ffff8ef487c0e9c0']],
    ['crash> struct -x kmem_cache.size ffff8ef487c0e9c0', ['kmem_cache', 'ffff8ef487c0e9c0']],
  ])('%s: bare members', (command, [type, address]) => {
    expect(members(lines(command, '  size = 256'))).toEqual([[type, address, 'size=256|100']]);
  });

  it('p: of what the pointer printed before points to', () => {
    const text = lines(
      'crash> p pool',
      'pool = $1 = (struct vusb_pool *) 0xffff8e44fff886c0',
      'crash> p *pool',
      '$2 = {',
      '  free = 0x72006900560338,',
      '}',
    );
    expect(members(text)).toEqual([
      ['pool', null, 'pool=(struct vusb_pool *) 0xffff8e44fff886c0|ffff8e44fff886c0'],
      ['vusb_pool', 'ffff8e44fff886c0', 'free=0x72006900560338|72006900560338'],
    ]);
  });

  it('list -s: each node by its address; task -R: of the task above', () => {
    const text = lines(
      'crash> list -H ffff888000000010 -s nvc_ent.key,lru',
      'ffff888000000100',
      '  key = 1',
      '  lru = {',
      '    next = 0x1',
      '  }',
      'ffff888000000200',
      '  key = 2',
      'crash> task -R pid',
      TASK,
      '  pid = 17,',
    );
    expect(members(text)).toEqual([
      ['nvc_ent', 'ffff888000000100', 'key=1|1', 'lru.next=0x1|1'],
      ['nvc_ent', 'ffff888000000200', 'key=2|2'],
      ['task_struct', 'ffff8bae01268000', 'pid=17|11'],
    ]);
  });

  it('ends at the next prompt when its end was cut off', () => {
    const text = lines(
      'struct a {',
      '  x = 1,',
      'crash> struct b ffff888000000100',
      'struct b {',
      '  y = 2',
      '}',
    );
    expect(members(text)).toEqual([
      ['a', null, 'x=1|1'],
      ['b', 'ffff888000000100', 'y=2|2'],
    ]);
  });
});

describe('rd and x', () => {
  it.each([
    [
      'rd ffff8e44fff29000 3',
      [
        'ffff8e44fff29000:  0072006900560338 0000000000000000   8.V.i.r.........',
        'ffff8e44fff29010:  0000000000000001                    ........',
      ],
      [8, '72006900560338', '0', '1'],
    ],
    [
      'rd -8 ffff8e44fff29000 4',
      ['ffff8e44fff29000:  38 03 56 00                                       8.V.'],
      [1, '38', '3', '56', '0'],
    ],
    [
      'rd -16 ffff8e44fff29000 2',
      ['ffff8e44fff29000:  0338 0056                                 8.V.'],
      [2, '338', '56'],
    ],
    [
      'rd -32 ffff8e44fff29000 2',
      ['ffff8e44fff29000:  00560338 00720069                     8.V.i.r.'],
      [4, '560338', '720069'],
    ],
    ['rd -d ffff8e44fff29000 2', ['ffff8e44fff29000:                10               -1'], [8, 'a', '-1']],
    ['rd -a ffff8e44fff29000', ['ffff8e44fff29000:  Lin'], [1, '4c', '69', '6e']],
    [
      'rd -S ffff8e44fff29000 2',
      ['ffff8e44fff29000:  panic+317        [kmalloc-512]'],
      [8, '~panic+317', '~kmalloc-512'],
    ],
    [
      'x/2gx pool->mem',
      ['0xffff8e44fff29000:\t0xffff8e44fff29000\t0x0000001000000042'],
      [8, 'ffff8e44fff29000', '1000000042'],
    ],
    ['x/2xw pool->mem', ['0xffff8e44fff29000 <frob_pool>:\t0x00560338\t0x00720069'], [4, '560338', '720069']],
  ])('%s', (command, output, expected) => {
    expect(words(lines(`crash> ${command}`, ...output))).toEqual([['ffff8e44fff29000', ...expected]]);
  });

  it('is known by its shape alone; a gap begins another dump', () => {
    const text = lines(
      'ffff8e44fff29000:  0072006900560338 0000000000000000   8.V.i.r.........',
      'ffff8e44fff29020:  0000000000000001 0000000000000002   ................',
    );
    expect(words(text).map(([address]) => address)).toEqual(['ffff8e44fff29000', 'ffff8e44fff29020']);
  });
});
