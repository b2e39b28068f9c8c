import { afterReplayAct, isWholeTenant, OPEN_REPLAY_STATES } from '@oopstream/core-incident';
import type { ReplayDiff, ReplayState } from '@oopstream/core-incident';
import type { AuditEntry } from '../audit-log';
import type { ReplayEngine } from '../replay-engine';
import type { AlgorithmStore, ReplayRun, ReplayStore } from '../replay-store';

/** Replays as people see them; nobody runs them: tests say how far they are. */
export class MemoryReplayStore implements ReplayStore, AlgorithmStore, ReplayEngine {
  readonly runs: ReplayRun[] = [];
  readonly diffs = new Map<string, ReplayDiff>();
  readonly versions = new Map<string, number>();
  readonly audit: AuditEntry[] = [];

  plan(replay: Parameters<ReplayStore['plan']>[0]): ReturnType<ReplayStore['plan']> {
    const { tenant, createdAtMs, createdBy } = replay;
    const open: readonly ReplayState[] = OPEN_REPLAY_STATES;
    const busy = this.runs.find((run) => run.tenant === tenant && open.includes(run.state));
    if (busy !== undefined) return Promise.resolve({ kind: 'busy', id: busy.id });
    const run: ReplayRun = {
      ...replay,
      fromVersion: this.versions.get(tenant) ?? replay.toVersion,
      state: 'planned',
      crashesTotal: 0,
      crashesDone: 0,
      bodiesRead: 0,
      bodiesMissing: 0,
      updatedAtMs: createdAtMs,
      switchedAtMs: null,
      reason: null,
      detail: null,
    };
    this.runs.unshift(run);
    this.record(run, 'replay.plan', { actor: createdBy, atMs: createdAtMs });
    return Promise.resolve({ kind: 'planned', run });
  }

  list(tenant: string, limit: number): Promise<readonly ReplayRun[]> {
    return Promise.resolve(this.runs.filter((run) => run.tenant === tenant).slice(0, limit));
  }

  find(tenant: string, id: string): Promise<ReplayRun | null> {
    return Promise.resolve(this.runs.find((run) => run.tenant === tenant && run.id === id) ?? null);
  }

  async diff(tenant: string, id: string): Promise<ReplayDiff | null> {
    return (await this.find(tenant, id)) === null ? null : (this.diffs.get(id) ?? null);
  }

  async act(...[tenant, id, act, by]: Parameters<ReplayStore['act']>): ReturnType<ReplayStore['act']> {
    const run = await this.find(tenant, id);
    if (run === null) return { kind: 'unknown' };
    const state = afterReplayAct(run.state, act);
    if (state === null) return { kind: 'illegal', state: run.state };
    if (act === 'switch' && run.fromVersion !== run.toVersion && !isWholeTenant(run.range))
      return { kind: 'partial' };
    this.record(run, `replay.${act}`, by);
    return {
      kind: 'changed',
      run: this.set(id, { state, updatedAtMs: by.atMs, reason: null, detail: null }),
    };
  }

  /** What whoever runs replays would do. */
  set(id: string, change: Partial<ReplayRun>): ReplayRun {
    const index = this.runs.findIndex((run) => run.id === id);
    const run = this.runs[index];
    if (run === undefined) throw new Error(`there is no replay ${id}`);
    const changed = { ...run, ...change };
    this.runs[index] = changed;
    return changed;
  }

  activeVersions(tenants: readonly string[], newest: number): Promise<ReadonlyMap<string, number>> {
    for (const tenant of tenants) if (!this.versions.has(tenant)) this.versions.set(tenant, newest);
    return Promise.resolve(new Map(tenants.map((tenant) => [tenant, this.versions.get(tenant) ?? newest])));
  }

  step(): ReturnType<ReplayEngine['step']> {
    return Promise.resolve({ kind: 'idle' });
  }

  private record(
    run: ReplayRun,
    action: string,
    by: { readonly actor: string; readonly atMs: number },
  ): void {
    const { tenant, id, range, fromVersion, toVersion } = run;
    const detail = { range, fromVersion, toVersion };
    this.audit.push({ tenant, ...by, action, subjectKind: 'replay', subjectId: id, detail });
  }
}
