import type { LedgerCounts, PartitionPosition } from '@oopstream/ports';
import fc from 'fast-check';
import { balanceLedger } from './ledger-balance';

const AS_OF = '2026-01-01T00:00:00.000Z';
const none: LedgerCounts = { transcripts: {}, readings: {}, redelivered: 0, watermark: [] };

function at(endOffset: number, committedOffset: number | null, startOffset = 0): PartitionPosition {
  return { topic: 't', partition: 0, startOffset, endOffset, committedOffset };
}

describe('balanceLedger', () => {
  it('is all zeros for an empty log', () => {
    const ledger = balanceLedger({ received: [at(0, null)], fingerprinted: [], rejected: [] }, none, AS_OF);
    expect(ledger).toMatchObject({ received: 0, balance: 0, atRest: true, inFlight: { total: 0 } });
  });

  it('counts what lies unread in each topic as in flight', () => {
    const ledger = balanceLedger(
      { received: [at(10, 7), at(4, null)], fingerprinted: [at(6, 5)], rejected: [at(1, 0)] },
      { ...none, transcripts: { read: 4, 'rejected:undecodable': 1 } },
      AS_OF,
    );
    expect(ledger.inFlight).toEqual({ toRead: 7, toGroup: 2, total: 9 });
    expect(ledger).toMatchObject({ received: 14, balance: 0, atRest: false });
  });

  it('shows a receipt that no one accounts for', () => {
    const ledger = balanceLedger(
      { received: [at(3, 3)], fingerprinted: [at(3, 3)], rejected: [] },
      { ...none, transcripts: { read: 2 } },
      AS_OF,
    );
    expect(ledger).toMatchObject({ balance: 1, atRest: true });
  });

  it('shows a receipt that was counted twice', () => {
    const counts = { ...none, transcripts: { read: 3, duplicate: 1 } };
    const ledger = balanceLedger({ received: [at(3, 3)], fingerprinted: [], rejected: [] }, counts, AS_OF);
    expect(ledger.balance).toBe(-1);
  });

  it('takes nothing before the first record held for in flight', () => {
    const ledger = balanceLedger(
      { received: [at(10, 2, 6), at(5, null, 5)], fingerprinted: [], rejected: [] },
      none,
      AS_OF,
    );
    expect(ledger.inFlight.toRead).toBe(4);
  });

  it('keeps rejected receipts apart by reason and readings by outcome', () => {
    const ledger = balanceLedger(
      { received: [at(3, 3)], fingerprinted: [], rejected: [] },
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
        const positions = { received: [at(end, end - flying)], fingerprinted: [], rejected: [] };
        const ledger = balanceLedger(positions, counts, AS_OF);
        expect(ledger.balance).toBe(0);
        expect(ledger.received).toBe(a + b + c + d + flying);
      }),
    );
  });
});
