import { FatalError, RetryableError } from '@oopstream/ports';
import type { BatchContext, LogRecord } from '@oopstream/ports';
import fc from 'fast-check';
import type { Outcome } from './outcome';
import { PoisonBreaker } from './poison-breaker';
import type { BatchReport, PoisonRecord, Stage } from './stage';
import { runStage } from './stage-runner';

function record(offset: number, text: string): LogRecord {
  const value = Buffer.from(text);
  return { topic: 'words', partition: 3, offset, key: 'k', value, headers: {}, appendedAtMs: 0 };
}

const context: BatchContext = { signal: new AbortController().signal, heartbeat: () => Promise.resolve() };

/**
 * A stage over words: `bad` does not decode, `throw` makes decide throw, `poison`, `drop` and `away` are decided so, and
 * any other word is committed.
 */
function bench(overrides: Partial<Stage<string, { open: boolean }, string>> = {}, breaker?: PoisonBreaker) {
  const seen = {
    committed: [] as string[],
    poison: [] as PoisonRecord[],
    reports: [] as BatchReport[],
    released: 0,
  };
  const decide = (word: string): Outcome<string> => {
    if (word === 'throw') throw new Error('no idea');
    if (word === 'poison') return { kind: 'poison', reason: 'noisy', detail: 'a noisy host' };
    if (word === 'drop') return { kind: 'drop', reason: 'duplicate', decision: word };
    if (word === 'away') return { kind: 'redirect', reason: 'elsewhere', decision: word };
    return { kind: 'ok', decision: word };
  };
  const stage: Stage<string, { open: boolean }, string> = {
    name: 'words',
    decode: ({ value }) => {
      const word = Buffer.from(value).toString();
      if (word === 'bad') throw new SyntaxError('not a word');
      return word;
    },
    load: () => Promise.resolve({ open: true }),
    decide: (words) => words.map(decide),
    commit: (words) => Promise.resolve(void seen.committed.push(...words)),
    release: () => Promise.resolve(void (seen.released += 1)),
    ...overrides,
  };
  const onBatch = runStage({
    stage,
    onPoison: (poison) => Promise.resolve(void seen.poison.push(...poison)),
    onBatch: (report) => seen.reports.push(report),
    around: (_records, work) => work(),
    clock: { nowMs: () => 0 },
    ...(breaker !== undefined && { breaker }),
  });
  return {
    seen,
    run: (words: readonly string[]) =>
      onBatch(
        words.map((word, index) => record(index, word)),
        context,
      ),
  };
}

describe('runStage', () => {
  it('brings every record to exactly one outcome, and commits what is not poison in order', async () => {
    const { seen, run } = bench();
    await run(['one', 'bad', 'drop', 'poison', 'away', 'throw', 'two']);
    expect(seen.committed).toEqual(['one', 'drop', 'away', 'two']);
    expect(seen.poison.map(({ record: { offset }, reason }) => [offset, reason])).toEqual([
      [1, 'undecodable'],
      [5, 'decide-threw'],
      [3, 'noisy'],
    ]);
    const [report] = seen.reports;
    expect(report).toMatchObject({ stage: 'words', topic: 'words', partition: 3, consumed: 7 });
    expect(report).toMatchObject({ ok: 2, dropped: 1, redirected: 1, poisoned: 3 });
    expect(Object.fromEntries(report!.byReason)).toEqual({
      ok: 2,
      'drop:duplicate': 1,
      'redirect:elsewhere': 1,
      'poison:undecodable': 1,
      'poison:decide-threw': 1,
      'poison:noisy': 1,
    });
  });

  it('keeps count of any batch', async () => {
    const word = fc.constantFrom('one', 'bad', 'drop', 'poison', 'away', 'throw');
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 30 }), async (words) => {
        const { seen, run } = bench();
        await run(words);
        const { consumed, ok, dropped, redirected, poisoned } = seen.reports[0]!;
        expect(consumed).toBe(words.length);
        expect(ok + dropped + redirected + poisoned).toBe(words.length);
        expect(seen.committed).toEqual(words.filter((one) => !['bad', 'poison', 'throw'].includes(one)));
        expect(seen.poison).toHaveLength(poisoned);
      }),
    );
  });

  it('loads and commits nothing when no record decodes', async () => {
    const load = jest.fn();
    const { seen, run } = bench({ load });
    await run(['bad', 'bad']);
    expect(load).not.toHaveBeenCalled();
    expect([seen.committed, seen.released, seen.poison.length]).toEqual([[], 0, 2]);
  });

  it('releases what it loaded also when the commit fails, and tells of no batch then', async () => {
    const { seen, run } = bench({
      commit: () => Promise.reject(new RetryableError('store-unavailable', 'gone')),
    });
    await expect(run(['one', 'bad'])).rejects.toMatchObject({ reason: 'store-unavailable' });
    expect([seen.released, seen.reports, seen.poison]).toEqual([1, [], []]);
  });

  it('stops for a bug that no single message explains', async () => {
    const { run } = bench({
      decide: (words) => {
        if (words.length > 1) throw new Error('only together');
        return words.map((decision) => ({ kind: 'ok', decision }));
      },
    });
    await expect(run(['one', 'two'])).rejects.toMatchObject({ reason: 'decide-threw', retryable: false });
  });

  it('stops when a stage does not decide each message', async () => {
    const { run } = bench({ decide: () => [] });
    await expect(run(['one'])).rejects.toBeInstanceOf(FatalError);
  });

  it('stops before it commits or buries anything when too many messages of its own fail', async () => {
    const { seen, run } = bench({}, new PoisonBreaker({ share: 0.5, window: 4 }));
    await expect(run(['bad', 'bad', 'throw', 'one'])).rejects.toMatchObject({ reason: 'poison-share' });
    expect([seen.committed, seen.poison]).toEqual([[], []]);
  });

  it('never stops for what noisy hosts send', async () => {
    const { seen, run } = bench({}, new PoisonBreaker({ share: 0.5, window: 4 }));
    await run(['poison', 'poison', 'poison', 'poison', 'poison']);
    expect(seen.poison).toHaveLength(5);
  });
});

describe('PoisonBreaker', () => {
  it('says nothing before its window is full', () => {
    const breaker = new PoisonBreaker({ share: 0.5, window: 10 });
    breaker.observe(9, 9);
    expect(() => breaker.observe(1, 1)).toThrow(FatalError);
  });

  it('forgets what lies before its window', () => {
    const breaker = new PoisonBreaker({ share: 0.5, window: 10 });
    breaker.observe(9, 9);
    breaker.observe(20, 0);
    expect(() => breaker.observe(10, 5)).not.toThrow();
    expect(() => breaker.observe(10, 10)).toThrow(FatalError);
  });
});
