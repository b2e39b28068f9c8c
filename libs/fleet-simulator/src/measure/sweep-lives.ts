import { DEFAULT_LIFE_SETTINGS, decideSweep } from '@oopstream/core-incident';
import type {
  FixRow,
  IncidentState,
  KnownCrash,
  PlannedChange,
  PlannedEpisode,
  Pulse,
} from '@oopstream/core-incident';

const HOUR_MS = 3_600_000;

/** What the sweep has of the store. */
export interface LivingIncidents {
  readonly incidents: Map<string, IncidentState>;
  readonly crashes: ReadonlyMap<string, KnownCrash>;
  readonly life: {
    readonly fixes: readonly FixRow[];
    applyEpisodes(episodes: readonly PlannedEpisode[]): void;
  };
}

/** The life sweep over incidents in memory: each hour those that are due. */
export class LifeSweep {
  /** What it told, in order. */
  readonly changes: PlannedChange[] = [];
  private sweptMs: number | null = null;

  constructor(
    private readonly store: LivingIncidents,
    /** Of the whole time. */
    private readonly livingHosts: number,
  ) {}

  /** Every hour since the last call. */
  sweepUntil(nowMs: number): void {
    this.sweptMs ??= nowMs;
    for (let atMs = this.sweptMs + HOUR_MS; atMs <= nowMs; atMs += HOUR_MS) {
      this.sweep(atMs);
      this.sweptMs = atMs;
    }
  }

  private sweep(nowMs: number): void {
    const { incidents, life } = this.store;
    const due = [...incidents.values()].filter(({ dueAtMs }) => dueAtMs !== null && dueAtMs <= nowMs);
    if (due.length === 0) return;
    const pulses = due.map((incident) => ({ incidentId: incident.id, ...this.pulseOf(incident, nowMs) }));
    const state = { incidents: due, pulses, fixes: life.fixes, endpoints: [] };
    const plan = decideSweep(state, nowMs, DEFAULT_LIFE_SETTINGS);
    for (const incident of plan.incidents) incidents.set(incident.id, incident);
    life.applyEpisodes(plan.episodes);
    this.changes.push(...plan.changes);
  }

  private pulseOf({ id, firstSeenAtMs }: IncidentState, nowMs: number): Pulse {
    const own = [...this.store.crashes.values()].filter(({ incidentId }) => incidentId === id);
    const byHour = Map.groupBy(own, ({ crashTimeMs }) => Math.floor(crashTimeMs / HOUR_MS) * HOUR_MS);
    const fromMs = nowMs - DEFAULT_LIFE_SETTINGS.shareWindowMs;
    const recent = own.filter(({ crashTimeMs }) => crashTimeMs >= fromMs);
    return {
      hours: [...byHour].map(([hourMs, crashes]) => ({ hourMs, crashes: crashes.length })),
      sinceMs: firstSeenAtMs,
      hostsHit: new Set(recent.map(({ hostId }) => hostId)).size,
      livingHosts: this.livingHosts,
    };
  }
}
