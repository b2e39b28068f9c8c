import { GROUPS, TOPICS } from '@oopstream/contracts';
import type { Ledger } from '@oopstream/contracts';
import type { Clock, EventLogAdmin, LedgerCounts, LedgerStore } from '@oopstream/ports';
import { balanceLedger, viewCounts } from './ledger-balance';
import { NO_WATERMARK, advanceWatermark } from './ledger-watermark';
import type { Watermark } from './ledger-watermark';
import { timeText } from './time-text';

export interface LedgerReader {
  /** Of all tenants when `tenant` is `null`. Where one tenant is all there is, its ledger is the whole one. */
  read(tenant: string | null): Promise<Ledger>;
  /** Looks at the log, and moves the watermark on where it can; `null`: not known yet. */
  watermark(): Promise<Watermark | null>;
}

/** Reads the ledger; it remembers how far it was complete, so that asking often moves the watermark on. */
export function createLedgerReader(deps: {
  readonly ledger: Pick<LedgerStore, 'counts'>;
  readonly logAdmin: Pick<EventLogAdmin, 'positions'>;
  readonly clock: Clock;
}): LedgerReader {
  const { ledger, logAdmin, clock } = deps;
  let state = NO_WATERMARK;
  const look = async () => {
    const atMs = clock.nowMs();
    const received = await logAdmin.positions(TOPICS.transcriptReceived.name, GROUPS.fingerprintWorker);
    const fingerprinted = await logAdmin.positions(TOPICS.transcriptFingerprinted.name, GROUPS.dedup);
    const bulk = await logAdmin.positions(TOPICS.transcriptFingerprintedBulk.name, GROUPS.dedupBulk);
    const rejected = await logAdmin.positions(TOPICS.transcriptRejected.name, GROUPS.dedup);
    const positions = { received, fingerprinted, bulk, rejected };
    state = advanceWatermark(state, atMs, positions);
    return positions;
  };
  return {
    async read(tenant) {
      const before = await ledger.counts(null);
      const positions = await look();
      const after = await ledger.counts(null);
      const whole: Ledger = {
        ...balanceLedger(positions, { before, after }, timeText(clock.nowMs())),
        scope: 'all',
        watermark: viewWatermark(state.reached),
      };
      if (tenant === null) return whole;
      const own = await ledger.counts(tenant);
      return sum(own) === sum(await ledger.counts(null)) ? whole : narrow(whole, own);
    },
    async watermark() {
      await look();
      return state.reached;
    },
  };
}

/** What of the ledger is one tenant's: nothing of the log, which is shared, but whether it is at rest. */
function narrow(whole: Ledger, own: LedgerCounts): Ledger {
  const counts = viewCounts(own);
  return {
    ...whole,
    ...counts,
    scope: 'tenant',
    received: Object.values(counts.transcripts).reduce((total, count) => total + count, 0),
    inFlight: { toRead: 0, toGroup: 0, total: 0 },
    balance: 0,
    watermark: whole.watermark === null ? null : { ...whole.watermark, offsets: [] },
    partitions: [],
  };
}

function sum({ transcripts }: LedgerCounts): number {
  return Object.values(transcripts).reduce((total, count) => total + count, 0);
}

export function viewWatermark(watermark: Watermark | null): Ledger['watermark'] {
  return watermark === null ? null : { at: timeText(watermark.atMs), offsets: [...watermark.offsets] };
}
