import { partitionOf } from './partitioner';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('partitionOf', () => {
  // Hashes of Kafka's UtilsTest.testMurmur2, made positive; a million partitions show most of their digits.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(partitionOf(bytes(key), 1_000_003)).toBe((hash & 0x7fffffff) % 1_000_003);
  });

  it('spreads keys over all partitions about evenly', () => {
    const counts = Array.from({ length: 12 }, () => 0);
    for (let index = 0; index < 12_000; index += 1) counts[partitionOf(bytes(`host-${index}`), 12)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});
