import { isSameCommit } from '@oopstream/core-incident';
import type { IncidentState, Pulse, SweepState } from '@oopstream/core-incident';
import type { EpisodeRow, LifeStep, LifeStore, SweepOptions } from '../life-store';
import { MemoryFixStore } from './memory-fix-store';
import type { MemoryIncidentStore } from './memory-incident-store';

const HOUR_MS = 3_600_000;

/** The life sweep's store over incidents in memory. */
export class MemoryLifeStore implements LifeStore {
  /** Hosts alive, by tenant. */
  readonly livingHosts = new Map<string, number>();
  readonly fixes: MemoryFixStore;
  private isOpen = false;

  constructor(private readonly store: MemoryIncidentStore) {
    this.fixes = new MemoryFixStore((added) => {
      const { incidents, life } = store.rows;
      life.fixes = this.fixes.rows;
      for (const incident of incidents.values()) {
        const { tenant, status, fix } = incident;
        const row = added.find(
          (one) => one.tenant === tenant && fix?.commit != null && isSameCommit(one.commit, fix.commit),
        );
        if (status === 'resolved' && row !== undefined)
          incidents.set(incident.id, { ...incident, dueAtMs: row.addedAtMs });
      }
    });
  }

  openStep({ nowMs, limit, settings }: SweepOptions): Promise<LifeStep | null> {
    if (this.isOpen) return Promise.resolve(null);
    this.isOpen = true;
    const { rows } = this.store;
    const incidents = [...rows.incidents.values()]
      .filter(({ dueAtMs }) => dueAtMs !== null && dueAtMs <= nowMs)
      .sort((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0) || (a.id < b.id ? -1 : 1))
      .slice(0, limit);
    const state: SweepState = {
      incidents,
      pulses: incidents.map((incident) => ({
        incidentId: incident.id,
        ...this.pulseOf(incident, nowMs, settings),
      })),
      fixes: this.fixes.rows,
      endpoints: rows.endpoints,
    };
    return Promise.resolve({
      state,
      commit: (plan, outbox) => {
        this.isOpen = false;
        for (const incident of plan.incidents) rows.incidents.set(incident.id, incident);
        rows.life.applyEpisodes(plan.episodes);
        this.store.tell(outbox);
        return Promise.resolve();
      },
      release: () => {
        this.isOpen = false;
        return Promise.resolve();
      },
    });
  }

  /** As the queries' store would say. */
  episodesOf(incidentId: string): EpisodeRow[] {
    const { life, incidents } = this.store.rows;
    const episodes = life.episodesOf(incidentId);
    return episodes.map(({ number, opened, closed }, index) => {
      const { crashesBefore, ...shown } = opened;
      const until = episodes[index + 1]?.opened.crashesBefore ?? incidents.get(incidentId)?.crashes ?? 0;
      return { number, opened: shown, closed, crashes: Math.max(0, until - crashesBefore) };
    });
  }

  private pulseOf(incident: IncidentState, nowMs: number, settings: SweepOptions['settings']): Pulse {
    const own = [...this.store.rows.crashes.values()].filter((crash) => crash.incidentId === incident.id);
    const byHour = Map.groupBy(own, (crash) => Math.floor(crash.crashTimeMs / HOUR_MS) * HOUR_MS);
    const recent = own.filter((crash) => crash.crashTimeMs >= nowMs - settings.shareWindowMs);
    return {
      hours: [...byHour].map(([hourMs, crashes]) => ({ hourMs, crashes: crashes.length })),
      sinceMs: incident.firstSeenAtMs,
      hostsHit: new Set(recent.map((crash) => crash.hostId)).size,
      livingHosts: this.livingHosts.get(incident.tenant) ?? 0,
    };
  }
}
