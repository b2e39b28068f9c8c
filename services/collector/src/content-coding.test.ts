import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeContent } from './content-coding';
import { createMemoryBudget } from './memory-budget';
import { Refusal } from './refusal';

const MIB = 1_048_576;
const unlimited = () => createMemoryBudget(Number.MAX_SAFE_INTEGER).reserve(0)!;
const codings = [
  ['gzip', (bytes: Buffer) => gzipSync(bytes)],
  ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
] as const;

describe.each(codings)('decoding %s', (coding, compress) => {
  it.each([1, 65_536, 65_537, 600_000, 5_000_000])(
    'gives back %d bytes, also where it guessed too little',
    async (size) => {
      const bytes = Buffer.alloc(size, 'Call Trace:\n');
      const decoded = await decodeContent(compress(bytes), coding, unlimited(), {
        maxBytes: size,
        heldBytes: 0,
      });
      expect(decoded instanceof Refusal ? decoded : Buffer.compare(decoded, bytes)).toBe(0);
    },
  );

  it('stops at the limit: one byte more is refused', async () => {
    const limits = { maxBytes: 99_999, heldBytes: 0 };
    const bomb = compress(Buffer.alloc(100_000));
    expect(await decodeContent(bomb, coding, unlimited(), limits)).toMatchObject({
      slug: 'body-inflates-too-large',
    });
  });

  it('refuses a bomb without ever asking for more memory than the limit', async () => {
    const bomb = compress(Buffer.alloc(64 * MIB));
    const asked: number[] = [];
    const reservation = { growTo: (bytes: number) => asked.push(bytes) > 0, release: () => undefined };
    const limits = { maxBytes: 4 * MIB, heldBytes: 10 };
    expect(await decodeContent(bomb, coding, reservation, limits)).toMatchObject({
      slug: 'body-inflates-too-large',
    });
    expect(Math.max(...asked)).toBe(4 * MIB + 10);
  });

  it('asks the budget before it inflates', async () => {
    const budget = createMemoryBudget(100_000);
    const bytes = compress(Buffer.alloc(200_000));
    const limits = { maxBytes: MIB, heldBytes: 0 };
    expect(await decodeContent(bytes, coding, budget.reserve(0)!, limits)).toMatchObject({
      slug: 'overloaded',
    });
  });

  it('refuses a stream that is cut anywhere', async () => {
    const whole = compress(Buffer.from('[ 1.0] BUG: kernel NULL pointer dereference\n'.repeat(50)));
    for (let end = 1; end < whole.length; end += 1) {
      const decoded = await decodeContent(whole.subarray(0, end), coding, unlimited(), {
        maxBytes: MIB,
        heldBytes: 0,
      });
      expect(decoded).toMatchObject({ slug: 'encoding-broken' });
    }
  });
});

it('refuses a zstd frame that asks for a window above 8 MiB, whatever its content', async () => {
  const frame = zstdCompressSync(Buffer.alloc(20 * MIB), {
    params: { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 },
  });
  const limits = { maxBytes: 32 * MIB, heldBytes: 0 };
  expect(await decodeContent(frame, 'zstd', unlimited(), limits)).toBeInstanceOf(Refusal);
});
