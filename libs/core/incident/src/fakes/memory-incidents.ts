import { needsOf } from '../batch-needs';
import { hardwareBand } from '../crash-cause';
import type { CrashFace, DedupPlan, PlannedReading, PlannedReceipt } from '../dedup-plan';
import { forgottenReceipts } from '../dedup-state';
import { formatIncidentNumber } from '../incident-number';
import { CRASH_MATCH_LIMITS } from '../one-crash/match-limits';
import type { CrashMatchLimits } from '../one-crash/match-limits';
import { nearbyOf } from '../one-crash/nearby';
import { compareCounts } from '../ledger-compare';
import type { ComparedCounts } from '../ledger-compare';
import { MemoryJoining } from './memory-joining';
import { MemoryLedger } from './memory-ledger';
import type { MemoryHourCount } from './memory-ledger';
import { MemoryLife } from './memory-life';
import type { DedupState, IncidentState, KnownCrash, KnownReceipt, KnownTranscript } from '../dedup-state';
import type { Receipt, SourcePosition } from '../receipt';

/** What the ledger says; the shape of the port's counts. */
export interface MemoryCounts {
  readonly transcripts: Readonly<Record<string, number>>;
  readonly readings: Readonly<Record<string, number>>;
  readonly crashes: Readonly<Record<string, number>>;
  readonly bodies: Readonly<Record<string, number>>;
  readonly redelivered: number;
  readonly watermark: readonly { partition: number; receipts: number; maxOffset: number }[];
}

interface StoredTranscript extends KnownTranscript {
  readonly seen: number;
  readonly lastReceivedAtMs: number;
  readonly omittedReadings: number;
}

/** Applies plans to maps, as literally as can be: what real stores are compared with. */
export class MemoryIncidents {
  readonly receipts = new Map<string, PlannedReceipt>();
  readonly transcripts = new Map<string, StoredTranscript>();
  readonly crashes = new Map<string, KnownCrash>();
  readonly incidents = new Map<string, IncidentState>();
  readonly keys = new Map<string, DedupState['keys'][number]>();
  readings: PlannedReading[] = [];
  readonly ledger = new MemoryLedger();
  readonly joining = new MemoryJoining();
  /** Receipts that retention let go of: still counted, known by their positions only. */
  private readonly forgotten: PlannedReceipt[] = [];
  readonly forgottenCrashes = new Map<string, number>();
  readonly droppedCrashes = new Set<string>();
  readonly life = new MemoryLife();
  readonly endpoints: { tenant: string; id: string }[] = [];
  /** Crashes of an incident by verdict and by hardware likelihood: `[incident, facet, value]` as JSON. */
  readonly causes = new Map<string, { readonly crashes: number; readonly fatalCrashes: number }>();
  readonly hosts = new Map<string, { incidentId: string; hostId: string; crashes: number }>();
  /** Of each crash, what it shows and when, in order of all of them, that came about. */
  readonly faces = new Map<string, { readonly face: CrashFace; readonly turn: number }>();
  /** Incidents that people merged, and into which. */
  readonly mergedInto = new Map<string, string>();
  turn = 0;
  private readonly nextNumber = new Map<string, number>();

  load(
    receipts: readonly Receipt[],
    retentionFloorMs: number,
    joinCandidates?: number,
    crashMatch: CrashMatchLimits = CRASH_MATCH_LIMITS,
  ): DedupState {
    const needs = needsOf(receipts);
    const keys = needs.keys.flatMap((key) => this.keys.get(`${key.tenant} ${key.groupKey}`) ?? []);
    const stored = [...this.crashes.values()];
    const near = new Set(needs.bonds.flatMap((bond) => nearbyOf(bond, stored, crashMatch)));
    const crashes = stored.filter((crash) => near.has(crash));
    const joining = this.joining.load(receipts, this.keys, this.incidents, joinCandidates);
    const ids = new Set([...keys, ...crashes, ...joining.candidates].map((row) => row.incidentId));
    return {
      receipts: [...this.known(receipts), ...this.forgottenOf(receipts)],
      transcripts: needs.transcripts.flatMap((one) => this.transcripts.get(`${one.tenant} ${one.id}`) ?? []),
      crashes,
      keys,
      incidents: [...ids].flatMap((id) => this.incidents.get(id) ?? []),
      incidentHosts: [...this.hosts.values()],
      numbers: this.reserve(needs.keys.filter((key) => !this.keys.has(`${key.tenant} ${key.groupKey}`))),
      storms: [...ids].flatMap((id) => this.ledger.storms.get(id) ?? []),
      joining,
      endpoints: this.endpoints,
      life: this.life.knowledge(),
      retentionFloorMs,
    };
  }

  apply(plan: DedupPlan, nowMs = 0): void {
    for (const receipt of [...plan.newReceipts, ...plan.changedReceipts]) {
      const before = this.receipts.get(receipt.receiptId);
      const { outcome, reason, redeliveredFrom } = receipt;
      this.receipts.set(
        receipt.receiptId,
        before ? { ...before, outcome, reason, redeliveredFrom } : receipt,
      );
    }
    for (const one of plan.transcripts) {
      const key = `${one.tenant} ${one.facts.id}`;
      const before = this.transcripts.get(key);
      this.transcripts.set(key, {
        tenant: one.tenant,
        id: one.facts.id,
        outcome: one.decided?.outcome ?? before?.outcome ?? 'rejected',
        seen: (before?.seen ?? 0) + one.seen,
        lastReceivedAtMs: Math.max(before?.lastReceivedAtMs ?? 0, one.lastReceivedAtMs),
        omittedReadings: (before?.omittedReadings ?? 0) + one.omittedReadings,
      });
    }
    for (const incident of plan.incidents) this.incidents.set(incident.id, incident);
    for (const { tenant, groupKey, incidentId } of plan.keys)
      this.keys.set(`${tenant} ${groupKey}`, { tenant, groupKey, incidentId });
    this.joining.apply(plan);
    this.readings.push(...plan.readings);
    this.life.applyEpisodes(plan.episodes);
    this.applyCrashes(plan);
    this.applyCounts(plan, nowMs);
  }

  /** Forgets crashes that were received before a time. */
  dropCrashes(beforeMs: number): void {
    for (const { id, tenant, incidentId, receivedAtMs } of this.crashes.values())
      if (receivedAtMs < beforeMs) {
        this.ledger.forget(tenant, 'crash', 'counted', receivedAtMs);
        this.forgottenCrashes.set(incidentId, (this.forgottenCrashes.get(incidentId) ?? 0) + 1);
        this.droppedCrashes.add(id);
        this.crashes.delete(id);
      }
  }

  /** Forgets at most `limit` transcripts last received before a time, with what was read in them. @returns how many */
  forgetTranscripts(beforeMs: number, limit: number): number {
    const old = [...this.transcripts.values()]
      .filter((one) => one.lastReceivedAtMs < beforeMs)
      .slice(0, limit);
    for (const { tenant, id, omittedReadings } of old) {
      const isIts = (row: PlannedReading): boolean => row.tenant === tenant && row.transcriptId === id;
      for (const { outcome, receivedAtMs } of this.readings.filter(isIts))
        this.ledger.forget(tenant, 'reading', outcome, receivedAtMs);
      this.readings = this.readings.filter((row) => !isIts(row));
      const readAtMs = this.ledger.bodies.get(`${tenant} ${id}`)?.receivedAtMs ?? 0;
      this.ledger.forget(tenant, 'reading', 'sampled-away', readAtMs, omittedReadings);
      this.ledger.forgetBody(tenant, id, beforeMs);
      this.transcripts.delete(`${tenant} ${id}`);
    }
    return old.length;
  }

  /** Forgets at most `limit` receipts from before a time. @returns how many */
  forgetReceipts(beforeMs: number, limit: number): number {
    const old = [...this.receipts.values()].filter((row) => row.receivedAtMs < beforeMs).slice(0, limit);
    for (const row of old) this.receipts.delete(row.receiptId);
    this.forgotten.push(...old);
    return old.length;
  }

  counts(tenant: string | null): MemoryCounts {
    return this.totals(this.ledger.counts(0), tenant);
  }

  /** The ledger by hour, as it was counted. */
  hours(floorMs: number): readonly MemoryHourCount[] {
    return this.ledger.counts(floorMs);
  }

  /** The ledger by hour, counted again. */
  recountHours(floorMs: number): readonly MemoryHourCount[] {
    return this.ledger.recount(
      {
        receipts: [...this.receipts.values(), ...this.forgotten],
        readings: this.readings,
        crashes: this.crashes.values(),
        omitted: this.transcripts.values(),
      },
      floorMs,
    );
  }

  /** What {@link causes} must be, from the crashes themselves. */
  recountCauses(): MemoryIncidents['causes'] {
    const counts: MemoryIncidents['causes'] = new Map();
    for (const { incidentId, cause, fatal } of this.crashes.values()) {
      if (cause === null) continue;
      const band = hardwareBand(cause.hardwareLikelihood);
      addCause(counts, [incidentId, 'byVerdict', cause.verdict], 1, fatal ? 1 : 0);
      addCause(counts, [incidentId, 'byHardware', band], 1, fatal ? 1 : 0);
    }
    return counts;
  }

  recount(tenant: string | null): MemoryCounts {
    return this.totals(this.recountHours(0), tenant);
  }

  /** Offsets below the given one that no receipt accounts for. */
  missingPositions(partition: number, below: number): number[] {
    const places = [...this.receipts.values(), ...this.forgotten].flatMap((row) => [
      row.source,
      ...row.redeliveredFrom,
    ]);
    const known = new Set(places.filter((one) => one.partition === partition).map(({ offset }) => offset));
    return Array.from({ length: below }, (_, offset) => offset).filter((offset) => !known.has(offset));
  }

  /** Compares each incident's count with its crashes. */
  checkIncidents(tenant: string | null): ComparedCounts {
    const count = (id: string): number =>
      [...this.crashes.values()].filter((crash) => crash.incidentId === id).length +
      (this.forgottenCrashes.get(id) ?? 0);
    const incidents = [...this.incidents.values()].filter((one) => tenant === null || one.tenant === tenant);
    const row = (one: IncidentState, crashes: number) => ({
      ...{ tenant: one.tenant, hourMs: null, kind: 'incident' as const, count: crashes },
      outcome: formatIncidentNumber(one.number),
    });
    return compareCounts(
      incidents.map((one) => row(one, one.crashes)),
      incidents.map((one) => row(one, count(one.id))),
    );
  }

  /** Has at most `limit` bodies removed that no transcript has kept since before a time. */
  async dropBodies(
    { beforeMs, nowMs, limit }: { readonly beforeMs: number; readonly nowMs: number; readonly limit: number },
    remove: (body: { readonly tenant: string; readonly sha256: string }) => Promise<boolean>,
  ): Promise<{ readonly looked: number; readonly gone: number }> {
    const old = this.ledger.unreferenced(beforeMs).slice(0, limit);
    let gone = 0;
    for (const body of old) {
      const isGone = await remove(body);
      if (isGone) this.ledger.dropBlob(body);
      else this.ledger.spareBlob(body, nowMs);
      gone += isGone ? 1 : 0;
    }
    return { looked: old.length, gone };
  }

  private totals(hours: readonly MemoryHourCount[], tenant: string | null): MemoryCounts {
    const isIts = (row: { readonly tenant: string }): boolean => tenant === null || row.tenant === tenant;
    const rows = hours.filter(isIts);
    const of = (kind: string) =>
      sum(rows.filter((row) => row.kind === kind).map((row) => [row.outcome, row.count] as const));
    const receipts = [...this.receipts.values(), ...this.forgotten].filter(isIts);
    const byPartition = Map.groupBy(receipts, (receipt) => receipt.source.partition);
    return {
      transcripts: of('transcript'),
      readings: of('reading'),
      crashes: of('crash'),
      bodies: of('body'),
      redelivered: of('redelivered')['redelivered'] ?? 0,
      watermark: [...byPartition]
        .map(([partition, rows]) => ({
          partition,
          receipts: rows.length,
          maxOffset: Math.max(...rows.map((row) => row.source.offset)),
        }))
        .sort((a, b) => a.partition - b.partition),
    };
  }

  private known(receipts: readonly Receipt[]): KnownReceipt[] {
    return receipts.flatMap((receipt) => this.receipts.get(receipt.receiptId) ?? []);
  }

  private forgottenOf(receipts: readonly Receipt[]): KnownReceipt[] {
    const key = ({ partition, offset }: SourcePosition) => `${partition} ${offset}`;
    const positions = new Set(this.forgotten.flatMap((row) => [row.source, ...row.redeliveredFrom].map(key)));
    return forgottenReceipts(
      receipts.filter(({ receiptId, source }) => !this.receipts.has(receiptId) && positions.has(key(source))),
    );
  }

  private applyCrashes(plan: DedupPlan): void {
    const keyOf = new Map(
      plan.readings.map((row) => [`${row.transcriptId} ${row.reading.span.start}`, row.signature.groupKey]),
    );
    for (const planned of plan.crashes) {
      const before = this.crashes.get(planned.id);
      const face = planned.primary ?? before;
      if (face === undefined) throw new Error(`crash ${planned.id} has no face`);
      const { id, tenant, hostId, incidentId, receivedAtMs, bundleId, bootId, fatal, held, cause } = planned;
      const { moment, quality, primary } = planned;
      const { crashTimeMs, kernelRelease, exactKey, title } = face;
      if (planned.primary !== null)
        this.faces.set(planned.id, { face: planned.primary, turn: (this.turn += 1) });
      this.crashes.set(id, {
        ...{ id, tenant, hostId, incidentId, receivedAtMs, bundleId, bootId, fatal, held, cause },
        ...{ crashTimeMs, kernelRelease, exactKey, title, moment, quality },
        groupKey: primary?.groupKey ?? before?.groupKey ?? '',
        primaryTranscriptId: before?.primaryTranscriptId ?? '',
        pinned: before?.pinned ?? false,
        groupKeys: before?.groupKeys ?? [],
        transcriptIds: before?.transcriptIds ?? [],
      });
    }
    for (const link of plan.links) {
      const crash = this.crashes.get(link.crashId);
      if (crash === undefined) throw new Error(`crash ${link.crashId} is not there`);
      const groupKey = keyOf.get(`${link.transcriptId} ${link.byteStart}`) ?? '';
      this.crashes.set(crash.id, {
        ...crash,
        groupKeys: [...new Set([...crash.groupKeys, groupKey])],
        transcriptIds: [...new Set([...crash.transcriptIds, link.transcriptId])],
        ...(link.primary && { primaryTranscriptId: link.transcriptId }),
      });
    }
    for (const { id, into } of plan.absorbed) this.absorb(id, into);
  }

  private absorb(id: string, into: string): void {
    const [goes, stays] = [this.crashes.get(id), this.crashes.get(into)];
    if (goes === undefined || stays === undefined) throw new Error(`crash ${id} or ${into} is not there`);
    this.crashes.set(into, {
      ...stays,
      groupKeys: [...new Set([...stays.groupKeys, ...goes.groupKeys])],
      transcriptIds: [...new Set([...stays.transcriptIds, ...goes.transcriptIds])],
    });
    this.crashes.delete(id);
  }

  private applyCounts(plan: DedupPlan, nowMs: number): void {
    for (const { incidentId, value, crashes } of plan.byHost) {
      const key = `${incidentId} ${value}`;
      const before = this.hosts.get(key)?.crashes ?? 0;
      this.hosts.set(key, { incidentId, hostId: value, crashes: before + crashes });
    }
    for (const facet of ['byVerdict', 'byHardware'] as const)
      for (const { incidentId, value, crashes, fatalCrashes } of plan[facet])
        addCause(this.causes, [incidentId, facet, value], crashes, fatalCrashes);
    this.ledger.apply(plan, nowMs);
  }

  /** The next incident number of a tenant, used up from now on. */
  takeNumber(tenant: string): number {
    const next = this.nextNumber.get(tenant) ?? 1;
    this.nextNumber.set(tenant, next + 1);
    return next;
  }

  private reserve(keys: readonly { readonly tenant: string }[]): DedupState['numbers'] {
    return [...Map.groupBy(keys, (key) => key.tenant)].map(([tenant, wanted]) => {
      const next = this.nextNumber.get(tenant) ?? 1;
      this.nextNumber.set(tenant, next + wanted.length);
      return { tenant, numbers: wanted.map((_, index) => next + index) };
    });
  }
}

function addCause(
  counts: MemoryIncidents['causes'],
  place: readonly string[],
  crashes: number,
  fatalCrashes: number,
): void {
  const key = JSON.stringify(place);
  const before = counts.get(key) ?? { crashes: 0, fatalCrashes: 0 };
  const after = {
    crashes: before.crashes + crashes,
    fatalCrashes: before.fatalCrashes + fatalCrashes,
  };
  if (after.crashes === 0) counts.delete(key);
  else counts.set(key, after);
}

function sum(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const [name, count] of entries) totals[name] = (totals[name] ?? 0) + count;
  return totals;
}
