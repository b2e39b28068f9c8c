import { addressOf } from './session-line';

/** Of what object a command shows the members. */
export interface CommandObject {
  readonly type: string;
  readonly address: bigint | null;
  /** Command that prints `member = value` lines bare. */
  readonly flat: boolean;
}

const WITH_VALUE = new Set(['-c', '-l', '-r']);
const NO_TYPE = new Set([
  'bt',
  'log',
  'dis',
  'rd',
  'kmem',
  'mod',
  'ps',
  'sym',
  'sys',
  'set',
  'irq',
  'files',
  'x',
]);

/** `struct -o kmem_cache.name ffff8ef487c0e9c0`, `*kmem_cache 0x…`, `list -H addr -s type.member`, `task -R comm`. */
export function objectOf(text: string, verb: string | null): CommandObject | null {
  if (verb === null || NO_TYPE.has(verb)) return null;
  const words = (text.split('|')[0] ?? '').trim().split(/\s+/);
  if (verb === '*') words.splice(0, 1, '*', (words[0] ?? '').slice(1));
  if (verb === 'task') return { type: 'task_struct', address: null, flat: words.includes('-R') };
  if (verb === 'list' || verb === 'tree') {
    const at = words.findIndex((word) => word === '-s' || word === '-S');
    const type = at < 0 ? undefined : words[at + 1];
    return type === undefined ? null : { type: nameOf(type), address: null, flat: true };
  }
  if (verb === 'p' || verb === 'px' || verb === 'pd' || verb === 'print') {
    const expression = words
      .slice(1)
      .join(' ')
      .replace(/^\/?[xdc] /, '');
    return { type: expression, address: null, flat: false };
  }
  const arguments_ = operands(verb === 'struct' || verb === 'union' || verb === '*' ? words.slice(1) : words);
  const type = arguments_[0];
  if (type === undefined) return null;
  return {
    type: nameOf(type),
    address: addressOf(arguments_[1]?.replace(/^0x/, '')),
    flat: type.includes('.'),
  };
}

function operands(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (WITH_VALUE.has(word)) i++;
    else if (word !== 'struct' && word !== 'union' && !/^-[a-z]+$/i.test(word)) kept.push(word);
  }
  return kept;
}

function nameOf(type: string): string {
  return type.split('.')[0] ?? type;
}
