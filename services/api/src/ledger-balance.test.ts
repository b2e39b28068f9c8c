import type { LedgerCounts, PartitionPosition } from '@oopstream/ports';
import fc from 'fast-check';
import { balanceLedger } from './ledger-balance';
import type { LogPositions } from './ledger-balance';

const AS_OF = '2026-01-01T00:00:00.000Z';
const none: LedgerCounts = {
  transcripts: {},
  readings: {},
  crashes: {},
  bodies: {},
  redelivered: 0,
  watermark: [],
};

/** Nothing moved on between the looks. */
const balance = (positions: LogPositions, counts: LedgerCounts, asOf: string) =>
  balanceLedger(positions, { before: counts, after: counts }, asOf);

function at(endOffset: number, committedOffset: number | null, startOffset = 0): PartitionPosition {
  return { topic: 't', partition: 0, startOffset, endOffset, committedOffset };
}

describe('balanceLedger', () => {
  it('is all zeros for an empty log', () => {
    const ledger = balance(
      { received: [at(0, null)], fingerprinted: [], bulk: [], rejected: [] },
      none,
      AS_OF,
    );
    expect(ledger).toMatchObject({ received: 0, balance: 0, atRest: true, inFlight: { total: 0 } });
  });

  it('counts what lies unread in each topic as in flight', () => {
    const ledger = balance(
      { received: [at(10, 7), at(4, null)], fingerprinted: [at(6, 5)], bulk: [], rejected: [at(1, 0)] },
      { ...none, transcripts: { read: 4, 'rejected:undecodable': 1 } },
      AS_OF,
    );
    expect(ledger.inFlight).toEqual({ toRead: 7, toGroup: 2, total: 9 });
    expect(ledger).toMatchObject({ received: 14, balance: 0, atRest: false });
  });

  it('shows a receipt that no one accounts for', () => {
    const ledger = balance(
      { received: [at(3, 3)], fingerprinted: [at(3, 3)], bulk: [], rejected: [] },
      { ...none, transcripts: { read: 2 } },
      AS_OF,
    );
    expect(ledger).toMatchObject({ balance: 1, atRest: true });
  });

  it('shows a receipt that was counted twice', () => {
    const counts = { ...none, transcripts: { read: 3, duplicate: 1 } };
    const ledger = balance(
      { received: [at(3, 3)], fingerprinted: [], bulk: [], rejected: [] },
      counts,
      AS_OF,
    );
    expect(ledger.balance).toBe(-1);
  });

  it('takes nothing before the first record held for in flight', () => {
    const ledger = balance(
      { received: [at(10, 2, 6), at(5, null, 5)], fingerprinted: [], bulk: [], rejected: [] },
      none,
      AS_OF,
    );
    expect(ledger.inFlight.toRead).toBe(4);
  });

  it('keeps rejected receipts apart by reason and readings by outcome', () => {
    const ledger = balance(
      { received: [at(3, 3)], fingerprinted: [], bulk: [], rejected: [] },
      {
        ...none,
        transcripts: { 'rejected:undecodable': 2, 'rejected:blob-missing': 1 },
        readings: { grouped: 4, 'same-crash': 3, held: 2, 'sampled-away': 1 },
        watermark: [{ partition: 0, receipts: 3, maxOffset: 2 }],
      },
      AS_OF,
    );
    expect(ledger.rejectedByReason).toEqual({ undecodable: 2, 'blob-missing': 1 });
    expect(ledger.transcripts.rejected).toBe(3);
    expect(ledger.readings).toEqual({ grouped: 4, sameCrash: 3, held: 2, sampledAway: 1 });
    expect(ledger.partitions).toEqual([
      { partition: 0, startOffset: 0, endOffset: 3, readOffset: 3, counted: 3, highestCounted: 2 },
    ]);
  });

  it('takes nothing that moves on between the looks for missing or counted twice', () => {
    const counted = (read: number): LedgerCounts => ({ ...none, transcripts: { read } });
    // Counted, but its offset is not committed yet: seen in the counts and in the log.
    const twice = { received: [at(10, 9)], fingerprinted: [at(9, 6)], bulk: [], rejected: [] };
    expect(balance(twice, counted(9), AS_OF)).toMatchObject({
      balance: 0,
      inFlight: { toRead: 1, toGroup: 0, total: 1 },
      atRest: false,
    });
    // All of it went through between the first counts and the positions.
    const through = { received: [at(10, 10)], fingerprinted: [at(10, 10)], bulk: [], rejected: [] };
    const ledger = balanceLedger(through, { before: counted(4), after: counted(12) }, AS_OF);
    expect(ledger).toMatchObject({ received: 10, balance: 0, inFlight: { total: 6 }, atRest: false });
  });

  it('says what is missing while work is under way', () => {
    const positions = { received: [at(10, 8)], fingerprinted: [at(8, 8)], bulk: [], rejected: [] };
    const counts = { ...none, transcripts: { read: 5 } };
    expect(balance(positions, counts, AS_OF)).toMatchObject({ balance: 3, inFlight: { total: 2 } });
  });

  it('is never out of balance while receipts move on in any way between the looks', () => {
    const step = fc.record({ comes: fc.nat(4), read: fc.nat(4), counted: fc.nat(4), late: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        let [end, written, read, counted, grouped] = [0, 0, 0, 0, 0];
        // A stage writes on first and commits its offset after that, maybe much later.
        const move = (one: (typeof steps)[number]): void => {
          end += one.comes;
          written = Math.min(end, written + one.read);
          if (!one.late) read = written;
          counted = Math.min(written, counted + one.counted);
          if (!one.late) grouped = counted;
        };
        const counts = (): LedgerCounts => ({ ...none, transcripts: { read: counted } });
        for (let n = 0; n + 4 < steps.length; n += 5) {
          move(steps[n]!);
          const before = counts();
          move(steps[n + 1]!);
          const received = [at(end, read)];
          move(steps[n + 2]!);
          const fingerprinted = [at(written, grouped)];
          move(steps[n + 3]!);
          const ledger = balanceLedger(
            { received, fingerprinted, bulk: [], rejected: [] },
            { before, after: counts() },
            AS_OF,
          );
          expect(ledger.balance).toBe(0);
          expect(ledger.received).toBe(ledger.transcripts.read + ledger.inFlight.total);
          move(steps[n + 4]!);
        }
      }),
    );
  });

  it('balances for any split of receipts over outcomes, in flight and producer retries', () => {
    const count = fc.nat({ max: 1000 });
    fc.assert(
      fc.property(fc.tuple(count, count, count, count, count, count), ([a, b, c, d, flying, again]) => {
        const end = a + b + c + d + flying + again;
        const counts: LedgerCounts = {
          ...none,
          redelivered: again,
          transcripts: { duplicate: a, 'no-crash': b, 'rejected:undecodable': c, read: d },
        };
        const positions = { received: [at(end, end - flying)], fingerprinted: [], bulk: [], rejected: [] };
        const ledger = balance(positions, counts, AS_OF);
        expect(ledger.balance).toBe(0);
        expect(ledger.received).toBe(a + b + c + d + flying);
      }),
    );
  });
});
