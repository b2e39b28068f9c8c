import fc from 'fast-check';
import { eachRegisterPair, type RegisterPair } from './register-pairs';

/** The same said by an expression. */
const PAIR =
  /([A-Za-z]\w*) {0,4}: {0,4}(?:([0-9a-f]{4}):)?(?:\[<)?(?:(?:0x)?([0-9a-f]{1,16})(?![\w.+:]))?(?:>\])?(?:\(([0-9a-f]{4})\))?/dg;

function byExpression(text: string): RegisterPair[] {
  return Array.from(text.matchAll(PAIR), (m) => ({
    name: m[1] ?? '',
    value: m.indices?.[3]?.[0] ?? -1,
    valueEnd: m.indices?.[3]?.[1] ?? -1,
    selector: (m.indices?.[2] ?? m.indices?.[4])?.[0] ?? -1,
  }));
}

function byHand(text: string): RegisterPair[] {
  const pairs: RegisterPair[] = [];
  eachRegisterPair(text, (pair) => pairs.push(pair));
  return pairs;
}

describe('eachRegisterPair', () => {
  it.each([
    'RAX: 0000000000000000 RBX: ffff888000002000 RCX: 0000000000000001',
    'RIP: 0010:[<ffffffff81000f00>]  [<ffffffff81000f00>] f+0x2f/0x90',
    'RIP: 0010:f+0x2f/0x90',
    'RSP: 0018:ffffc90000123e50 EFLAGS: 00010246',
    'FS:  00007f0000000000(0000) GS:ffff88807dc00000(0000) knlGS:0000000000000000',
    'pc : f+0x1/0x2',
    'r10: 00000000  r9 : c0de0001 0a:b',
    'psr: 60000013 ::: a:: x:0x12 y:0xg',
    '',
  ])('%j', (text) => {
    expect(byHand(text)).toEqual(byExpression(text));
  });

  it('takes any text apart as the expression does', () => {
    const part = fc.constantFrom(
      ...':: RAx_09af.+()[]<>',
      'RAX: ',
      '0x',
      '0010:',
      '[<',
      '>]',
      '(0000)',
      'ffff888000002000',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(byHand(text)).toEqual(byExpression(text));
      }),
      { numRuns: 3000 },
    );
  });
});
