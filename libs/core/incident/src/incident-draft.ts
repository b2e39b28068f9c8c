import type { CrashStack } from '@oopstream/core-similarity';
import type { CrashCause } from './crash-cause';
import type { DecideDeps } from './decide-batch';
import type { ChangeCrash, IncidentChange, PlannedAudit, PlannedChange, PlannedKey } from './dedup-plan';
import { SHOWN_NAMES } from './dedup-state';
import type { DedupState, IncidentState } from './dedup-state';
import { FacetTally } from './facet-tally';
import type { CountedCrash } from './facet-tally';
import { formatIncidentNumber } from './incident-number';
import { transition } from './incident-transition';
import type { JoinReason } from './join-reason';
import type { JoinProof } from './joining/join-proof';
import { JoiningDraft } from './joining/joining-draft';
import { DEFAULT_JOINING } from './joining/joining-state';
import { CHANGE_WEIGHT } from './life/change-weight';
import { dueAfterCrashMs } from './life/due';
import { episodeOf } from './life/episode';
import type { PlannedEpisode } from './life/episode';
import { newLife } from './life/incident-life';
import { loadedLivepatches } from './life/judge-return';
import { DEFAULT_LIFE_SETTINGS } from './life/life-settings';
import { meetCrash } from './life/meet-crash';
import type { ChangeWhy } from './life/meet-crash';
import { withSeverity } from './life/with-severity';

/** A crash at the moment it is counted to an incident. */
export interface ArrivingCrash extends CountedCrash {
  readonly id: string;
  readonly fatal: boolean;
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
  readonly hostName: string | null;
  readonly traceparent: string | null;
  readonly bootId: string | null;
  /** As its sender knows it; `null` where it did not say. */
  readonly saidLivepatches: readonly string[] | null;
  /** Paragraph of the verdict, where the arriving reading gives it. */
  readonly verdictText: string | null;
}

/** What an incident is opened with. */
export interface IncidentSeed {
  readonly tenant: string;
  readonly holding: boolean;
  readonly title: string;
  readonly kind: string;
  readonly family: string;
  readonly blamed: string | null;
  readonly entry: string | null;
  readonly module: string | null;
  readonly groupKey: string;
  readonly groupText: string;
  readonly algorithmVersion: number;
}

/** The incident of an arriving crash and, where similarity led to it, why. */
interface FoundIncident {
  readonly id: string;
  readonly isNew: boolean;
  readonly proof: JoinProof | null;
}

type Told = Omit<PlannedChange, 'incident'>;

/** The incidents of a batch while it is decided. */
export class IncidentDraft {
  private readonly incidents = new Map<string, IncidentState>();
  private readonly touched = new Set<string>();
  private readonly opened: string[] = [];
  private readonly byKey = new Map<string, string>();
  private readonly crashesOfHost = new Map<string, number>();
  private readonly numbers = new Map<string, number[]>();
  private readonly told = new Map<string, Told>();
  readonly keys: PlannedKey[] = [];
  readonly audit: PlannedAudit[] = [];
  readonly episodes: PlannedEpisode[] = [];
  readonly facets = new FacetTally();
  readonly joining: JoiningDraft;

  constructor(
    private readonly state: DedupState,
    private readonly deps: DecideDeps,
  ) {
    this.joining = new JoiningDraft(state, deps.joining ?? DEFAULT_JOINING);
    for (const incident of state.incidents) this.incidents.set(incident.id, incident);
    for (const key of state.keys) this.byKey.set(`${key.tenant} ${key.groupKey}`, key.incidentId);
    for (const row of state.incidentHosts)
      this.crashesOfHost.set(`${row.incidentId} ${row.hostId}`, row.crashes);
    for (const row of state.numbers) this.numbers.set(row.tenant, [...row.numbers]);
  }

  get(id: string): IncidentState {
    const incident = this.incidents.get(id);
    if (incident === undefined) throw new Error(`incident ${id} was not loaded`);
    return incident;
  }

  /**
   * The incident of the seed's key; else, where a stack is given, the one that it is most like; else a new one.
   *
   * @returns its id and how it was found
   */
  findOrOpen(seed: IncidentSeed, crash: ArrivingCrash, look: (() => CrashStack) | null): FoundIncident {
    const found = this.findByKey(seed) ?? this.findSimilar(seed, crash, look) ?? this.open(seed, crash);
    if (look !== null) this.joining.learn({ tenant: seed.tenant, groupKey: seed.groupKey }, found.id, look);
    return found;
  }

  private findByKey({ tenant, groupKey }: IncidentSeed): FoundIncident | null {
    const id = this.byKey.get(`${tenant} ${groupKey}`);
    return id === undefined ? null : { id, isNew: false, proof: null };
  }

  private findSimilar(
    { tenant, groupKey, groupText, algorithmVersion }: IncidentSeed,
    crash: ArrivingCrash,
    look: (() => CrashStack) | null,
  ): FoundIncident | null {
    if (look === null) return null;
    const asking = { tenant, groupKey, stack: look() };
    const proof = this.joining.nearest(asking, (id) => this.incidents.get(id));
    if (proof === null) return null;
    const { incidentId, score } = proof;
    const incident = this.get(incidentId);
    const groupKeys = [...incident.groupKeys, groupKey].slice(0, SHOWN_NAMES);
    this.put({ ...incident, groupKeys });
    this.byKey.set(`${tenant} ${groupKey}`, incidentId);
    const attached = { tenant, groupKey, groupText, algorithmVersion, incidentId, score };
    this.keys.push({ ...attached, attachedAtMs: this.deps.nowMs, reason: 'similar' });
    this.record(incidentId, 'joined', {
      ...proof,
      reason: 'similar',
      groupKey,
      groupText,
      crashId: crash.id,
    });
    return { id: incidentId, isNew: false, proof };
  }

  private open(seed: IncidentSeed, crash: ArrivingCrash): FoundIncident {
    const id = this.deps.newId();
    const { groupKey, groupText, algorithmVersion, ...shown } = seed;
    const reason: JoinReason = seed.holding ? 'damaged' : 'first-sighting';
    const number = this.takeNumber(seed.tenant);
    this.put({
      ...shown,
      id,
      number,
      status: 'open',
      firstSeenAtMs: crash.crashTimeMs,
      lastSeenAtMs: crash.crashTimeMs,
      openedAtMs: this.deps.nowMs,
      openedByCrash: crash.id,
      openedTraceparent: crash.traceparent,
      resolvedAtMs: null,
      resolvedBy: null,
      resolvedIn: null,
      recurrences: 0,
      crashes: 0,
      fatalCrashes: 0,
      hosts: 0,
      releases: [],
      groupKeys: [groupKey],
      ...newLife(this.deps.nowMs),
    });
    this.noteEpisode(id, 'opened', reason, crash.id);
    this.opened.push(id);
    this.byKey.set(`${seed.tenant} ${groupKey}`, id);
    const attached = { tenant: seed.tenant, groupKey, groupText, algorithmVersion };
    this.keys.push({ ...attached, incidentId: id, attachedAtMs: this.deps.nowMs, reason });
    this.tell(id, 'opened', crash);
    this.record(id, 'opened', { reason, groupKey, groupText, crashId: crash.id });
    return { id, isNew: true, proof: null };
  }

  /** Counts a crash to an incident; a resolved one opens again when the crash happened after that. */
  add(id: string, crash: ArrivingCrash): void {
    const incident = this.get(id);
    const hosts = incident.hosts + (this.moveHost(id, crash.hostId, 1) === 1 ? 1 : 0);
    this.put({
      ...incident,
      crashes: incident.crashes + 1,
      fatalCrashes: incident.fatalCrashes + (crash.fatal ? 1 : 0),
      hosts,
      firstSeenAtMs: Math.min(incident.firstSeenAtMs, crash.crashTimeMs),
      lastSeenAtMs: Math.max(incident.lastSeenAtMs, crash.crashTimeMs),
      releases: withRelease(incident.releases, crash.kernelRelease),
    });
    this.facets.add(id, crash, 1, crash.fatal ? 1 : 0);
    this.tell(id, 'seen', crash);
    this.meet(id, crash);
  }

  /** Takes a crash off an incident, since it turned out to be another's. An emptied holding incident is done. */
  remove(id: string, crash: CountedCrash & { readonly fatal: boolean; readonly id: string }): void {
    const incident = this.get(id);
    const hosts = incident.hosts - (this.moveHost(id, crash.hostId, -1) === 0 ? 1 : 0);
    const crashes = incident.crashes - 1;
    this.put({
      ...incident,
      crashes,
      fatalCrashes: incident.fatalCrashes - (crash.fatal ? 1 : 0),
      hosts,
    });
    this.facets.add(id, crash, -1, crash.fatal ? -1 : 0);
    this.tell(id, 'seen', null);
    if (crashes > 0 || incident.status !== 'open') return;
    const resolve = { kind: 'resolve', atMs: this.deps.nowMs, by: 'machine', release: null } as const;
    const result = transition(this.get(id), resolve);
    if (result.kind === 'illegal') return;
    this.put(result.incident);
    this.tell(id, result.change, null);
    this.noteEpisode(id, result.change, 'emptied', null);
    this.record(id, 'resolved', { reason: 'emptied', crashId: crash.id });
  }

  /** A crash that seemed survived turned out to be fatal. */
  makeFatal(id: string, crash: CountedCrash): void {
    const incident = this.get(id);
    this.put({ ...incident, fatalCrashes: incident.fatalCrashes + 1 });
    this.facets.add(id, crash, 0, 1);
    this.tell(id, 'seen', null);
  }

  /** A better copy speaks for a crash: what it counts to by release, variant, time and cause moves with it. */
  showBy(
    id: string,
    before: CountedCrash & { readonly fatal: boolean },
    after: CountedCrash & { readonly fatal: boolean },
  ): void {
    const incident = this.get(id);
    const [was, is] = [before.fatal ? 1 : 0, after.fatal ? 1 : 0];
    this.put({
      ...incident,
      fatalCrashes: incident.fatalCrashes - was + is,
      firstSeenAtMs: Math.min(incident.firstSeenAtMs, after.crashTimeMs),
      lastSeenAtMs: Math.max(incident.lastSeenAtMs, after.crashTimeMs),
      releases: withRelease(incident.releases, after.kernelRelease),
    });
    this.facets.add(id, before, -1, -was);
    this.facets.add(id, after, 1, is);
    this.tell(id, 'seen', null);
  }

  /** Writes down that a crash left an incident for another, or for another crash. */
  noteMove(id: string, detail: Readonly<Record<string, unknown>>): void {
    this.record(id, 'crash-moved', detail);
  }

  /** A crash turned out to have another cause than it seemed. */
  moveCause(id: string, crash: CountedCrash & { readonly fatal: boolean }, to: CrashCause | null): void {
    const fatal = crash.fatal ? 1 : 0;
    this.facets.addCause(id, crash, -1, -fatal);
    this.facets.addCause(id, { ...crash, cause: to }, 1, fatal);
  }

  incidentsTouched(): IncidentState[] {
    const { nowMs, life = DEFAULT_LIFE_SETTINGS } = this.deps;
    return [...this.touched].map((id) => {
      const incident = this.get(id);
      return withSeverity({ ...incident, dueAtMs: dueAfterCrashMs(incident, nowMs, life) });
    });
  }

  idsOpened(): readonly string[] {
    return this.opened;
  }

  changes(): PlannedChange[] {
    return [...this.told].map(([id, told]) => ({ ...told, incident: this.get(id) }));
  }

  /** A closed incident may come back by a crash, a muted one may speak again. */
  private meet(id: string, crash: ArrivingCrash): void {
    const { tenant, hostId } = crash;
    const { fixes, hosts } = this.state.life;
    const host = hosts.find((one) => one.tenant === tenant && one.hostId === hostId) ?? null;
    const livepatches = loadedLivepatches(crash.saidLivepatches, crash, host);
    const met = meetCrash(this.get(id), { ...crash, livepatches }, fixes, this.deps.nowMs);
    if (met === null) return;
    this.put(met.incident);
    if (met.change === null) return;
    this.tell(id, met.change, crash, met.why);
    if (met.change !== 'unordered') this.noteEpisode(id, met.change, met.why.reason, crash.id);
    const crashTime = new Date(crash.crashTimeMs).toISOString();
    this.record(id, met.change, { ...met.why, crashId: crash.id, crashTime, ...met.detail });
  }

  private noteEpisode(
    id: string,
    change: Parameters<typeof episodeOf>[0],
    why: string,
    crashId: string | null,
  ): void {
    const episode = episodeOf(change, this.get(id), { atMs: this.deps.nowMs, why, crashId });
    if (episode !== null) this.episodes.push(episode);
  }

  private put(incident: IncidentState): void {
    this.incidents.set(incident.id, incident);
    this.touched.add(incident.id);
  }

  /** @returns how many crashes of the host the incident has now */
  private moveHost(id: string, hostId: string, by: 1 | -1): number {
    const key = `${id} ${hostId}`;
    const crashes = (this.crashesOfHost.get(key) ?? 0) + by;
    this.crashesOfHost.set(key, crashes);
    return crashes;
  }

  private takeNumber(tenant: string): number {
    const number = this.numbers.get(tenant)?.shift();
    if (number === undefined) throw new Error(`no incident number was reserved for ${tenant}`);
    return number;
  }

  private tell(
    id: string,
    change: IncidentChange,
    crash: ArrivingCrash | null,
    why: ChangeWhy | null = null,
  ): void {
    const before = this.told.get(id);
    if (before !== undefined && CHANGE_WEIGHT[before.change] >= CHANGE_WEIGHT[change]) return;
    this.told.set(id, {
      change,
      atMs: this.deps.nowMs,
      crash: crash === null ? null : changeCrash(crash),
      why,
      traceparent: crash?.traceparent ?? null,
    });
  }

  private record(id: string, what: string, detail: Readonly<Record<string, unknown>>): void {
    const incident = this.get(id);
    this.audit.push({
      tenant: incident.tenant,
      atMs: this.deps.nowMs,
      actor: 'machine',
      action: `incident.${what}`,
      subjectKind: 'incident',
      subjectId: id,
      detail: { number: formatIncidentNumber(incident.number), ...detail },
    });
  }
}

function withRelease(releases: readonly string[], release: string | null): readonly string[] {
  if (release === null || releases.includes(release)) return releases;
  return [release, ...releases].slice(0, SHOWN_NAMES);
}

function changeCrash(crash: ArrivingCrash): ChangeCrash {
  const { id, hostId, hostName, kernelRelease, occurredAtMs, receivedAtMs, fatal, cause, verdictText } =
    crash;
  const verdict =
    cause === null ? null : { class: cause.verdict, confidence: cause.confidence, text: verdictText };
  return { id, hostId, hostName, kernelRelease, occurredAtMs, receivedAtMs, fatal, verdict };
}
