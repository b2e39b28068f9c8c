import { readSession, type Session } from '@oopstream/core-transcript';
import { loadCases } from './case-library';
import { brokenSession } from './fuzz/session-laws';

const cases = loadCases();
const sessions = cases.filter((one) => readSession(one.bytes) !== null);
const corpus = sessions.filter((one) => one.id.startsWith('kdump/'));
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const read = (text: string): Session | null => readSession(Buffer.from(text, 'latin1'));

/** All but places in the text, and the words of commands, which the transformations change. */
function contentOf(session: Session | null): unknown {
  return JSON.parse(
    JSON.stringify({ ...session, commands: null }, (key, value: unknown) => {
      if (key === 'span') return undefined;
      if (typeof value === 'bigint') return value.toString(16);
      return value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value;
    }) ?? 'null',
  );
}

const TRANSFORMATIONS: Readonly<Record<string, (text: string) => string>> = {
  CRLF: (text) => text.replace(/\r?\n/g, '\r\n'),
  indentation: (text) => text.replace(/^(?=.)/gm, '    '),
  'another prompt': (text) => text.replace(/^(\s*)crash> /gm, '$1crash64> '),
  'a prompt with the version': (text) => text.replace(/^(\s*)crash> /gm, '$1crash-8.0.2> '),
  'headings in place of prompts': (text) => text.replace(/^(\s*)crash> (?=\S)/gm, '$1## '),
  'headings and fences': (text) =>
    text.replace(/^crash> (\S.*)\n((?:(?!crash> |```).*\n)*)/gm, '### `$1`\n\n```\n$2```\n'),
  'prose between': (text) =>
    text.replace(/^(\s*crash> )/gm, '\nThis is where it gets strange, see below.\n\n$1'),
};

describe('sessions of the corpus', () => {
  it('are found in every text of crash(8)', () => {
    const expected = cases.filter((one) => /\.crash-(?:bt|session)$/.test(one.id));
    expect(expected.length).toBeGreaterThan(150);
    expect(expected.filter((one) => !sessions.includes(one))).toEqual([]);
  });

  it('are not found in kernel logs', () => {
    const logs = cases.filter((one) => one.id.endsWith('.dmesg') || one.id.startsWith('lkdtm/'));
    expect(logs.length).toBeGreaterThan(100);
    expect(logs.filter((one) => sessions.includes(one)).map((one) => one.id)).toEqual([]);
  });

  it.each(corpus.map((one) => [one.id, one] as const))('%s is read whole', (_id, one) => {
    const text = textOf(one.bytes);
    const session = readSession(one.bytes);
    const frames = session?.backtraces.flatMap((bt) => bt.frames) ?? [];
    expect(frames.length).toBe(text.match(/^ *(?:#\d+ )?\[[0-9a-f]+\] [\w.]+(?:\+\d+)? at /gm)?.length ?? 0);
    expect(session?.instructions.length).toBe(text.match(/^ *0x[0-9a-f]{16} <[^>]+>:/gm)?.length ?? 0);
    for (const { words } of frames)
      for (const [i, word] of words.entries())
        expect(word.address).toBe((words[0]?.address ?? 0n) + 8n * BigInt(i));
    const holders = session?.backtraces.flatMap((bt) => [...bt.frames, ...bt.exceptionFrames]) ?? [];
    const sets = holders.flatMap(({ registers }) => (registers === null ? [] : [registers]));
    expect(sets.length).toBe(text.match(/\bRIP: [0-9a-f]{16} +RSP:/g)?.length ?? 0);
    // rip rsp rflags, rax to r15 without rsp, orig_rax cs ss.
    expect(sets.filter(({ values }) => values.size !== 21)).toEqual([]);
    expect(holders.filter(({ bogus }) => bogus).length).toBe(
      text.match(/possibly bogus exception frame/g)?.length ?? 0,
    );
  });

  it('leave no line unread but prose, and what crash(8) says of how to use it', () => {
    const left = new Set<string>();
    for (const { bytes } of corpus)
      readSession(bytes, undefined, ({ role, span }) => {
        if (role === 'unread')
          left.add(textOf(bytes.subarray(span.start, span.end)).trim().replace(/`.*`/, '…'));
      });
    expect([...left].sort()).toEqual([
      '- first look, no root cause yet',
      '- kernel: …',
      'Enter "help mod" for details.',
      'Usage:',
      'mod -s module [objfile] | -d module | -S [directory] [-D|-t|-r|-R|-o|-g]',
    ]);
  });
});

describe.each(Object.entries(TRANSFORMATIONS))('%s changes nothing but places', (_name, transform) => {
  it.each(corpus.map((one) => [one.id, one] as const))('%s', (_id, one) => {
    const text = textOf(one.bytes);
    expect(contentOf(read(transform(text)))).toEqual(contentOf(read(text)));
  });
});

describe('laws of sessions', () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s: places are the values', (_id, one) => {
    expect(brokenSession(one.bytes)).toBeNull();
  });
});
