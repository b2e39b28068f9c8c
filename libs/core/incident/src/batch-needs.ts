import { holdingKey } from './crash-face';
import { momentOf } from './one-crash/known-moment';
import type { KnownMoment } from './one-crash/known-moment';
import type { Receipt } from './receipt';

/** What leads from a reading to crashes of its host that it may show. */
export interface CrashBond {
  readonly tenant: string;
  readonly hostId: string;
  readonly bundleId: string | null;
  readonly bootId: string | null;
  readonly moment: KnownMoment;
  readonly receivedAtMs: number;
}

/** What has to be read and locked before a batch can be decided. Lists hold each entry once, sorted. */
export interface BatchNeeds {
  readonly hosts: readonly { readonly tenant: string; readonly hostId: string }[];
  readonly transcripts: readonly { readonly tenant: string; readonly id: string }[];
  /** Group keys that a new crash of the batch may need: an incident number each at most. */
  readonly keys: readonly { readonly tenant: string; readonly groupKey: string }[];
  readonly bonds: readonly CrashBond[];
}

/** Pure. Leave out receipts that are settled for good: they need nothing. */
export function needsOf(receipts: readonly Receipt[]): BatchNeeds {
  const hosts = new Map<string, BatchNeeds['hosts'][number]>();
  const transcripts = new Map<string, BatchNeeds['transcripts'][number]>();
  const keys = new Map<string, BatchNeeds['keys'][number]>();
  const bonds = new Map<string, BatchNeeds['bonds'][number]>();
  for (const { tenant, transcript, content, receivedAtMs } of receipts) {
    if (transcript === null) continue;
    const { id, hostId, bundleId } = transcript;
    hosts.set(JSON.stringify([tenant, hostId]), { tenant, hostId });
    transcripts.set(JSON.stringify([tenant, id]), { tenant, id });
    if (content.kind !== 'read') continue;
    for (const { reading, signature } of content.readings) {
      const wanted = [signature.groupKey, ...(reading.damage === null ? [] : [holdingKey(hostId)])];
      for (const groupKey of wanted) keys.set(JSON.stringify([tenant, groupKey]), { tenant, groupKey });
      const bootId = reading.bootId ?? transcript.bootId;
      const bond = { tenant, hostId, bundleId, bootId, moment: momentOf(reading), receivedAtMs };
      bonds.set(JSON.stringify(Object.values(bond)), bond);
    }
  }
  return { hosts: sorted(hosts), transcripts: sorted(transcripts), keys: sorted(keys), bonds: sorted(bonds) };
}

function sorted<Entry>(entries: ReadonlyMap<string, Entry>): Entry[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
