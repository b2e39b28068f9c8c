import { NO_FRAME_MODEL, asksOf, calleesTerm, shapeOf, termsOf } from '@oopstream/core-similarity';
import type { CrashStack, FrameModel } from '@oopstream/core-similarity';
import type { DedupState, IncidentState } from '../dedup-state';
import { proveJoin } from './join-proof';
import type { JoinProof } from './join-proof';
import type { KeyName } from './joining-needs';
import type { JoiningSettings, KeyStack } from './joining-state';
import { ofOneSite } from './one-site';
import { weighIncident } from './weigh-incident';
import type { IncidentKey, NearestKey } from './weigh-incident';

/** A function that called the culprits of more keys than that, in one family, is a switch: whichever it called may be meant. */
const MOST_CALLEES = 3;

/** Keys by what they look like while a batch is decided: those known before, and those that the batch brings. */
export class JoiningDraft {
  private readonly stacks = new Map<string, CrashStack[]>();
  private readonly keysOf = new Map<string, Map<string, { readonly decided: boolean }>>();
  private readonly incidentOf = new Map<string, string>();
  private readonly filed = new Map<string, Set<string>>();
  private readonly models = new Map<string, FrameModel>();
  private readonly refused: ReadonlySet<string>;
  /** To be stored. */
  readonly learnt: KeyStack[] = [];

  constructor(
    { joining, keys }: Pick<DedupState, 'joining' | 'keys'>,
    private readonly settings: JoiningSettings,
  ) {
    for (const key of keys) this.lead(key, key.incidentId, false);
    for (const key of joining.candidates) this.lead(key, key.incidentId, key.decided);
    for (const one of joining.stacks) this.file(one);
    for (const { tenant, version, keys: counted, keysWith } of joining.models)
      this.models.set(tenant, { version, keys: counted, keysWith: new Map(Object.entries(keysWith)) });
    this.refused = new Set(joining.refusals.map((row) => refusalName(row, row.incidentId)));
  }

  /** Notes what a crash of the incident looks like, if its key had no such stack yet. */
  learn(key: KeyName, incidentId: string, look: () => CrashStack): void {
    this.lead(key, incidentId, false);
    const known = this.stacks.get(nameOf(key)) ?? [];
    if (known.length >= this.settings.stacksPerKey) return;
    const stack = look();
    const shape = shapeOf(stack);
    if (stack.frames.length === 0 || known.some((other) => shapeOf(other) === shape)) return;
    this.file({ ...key, stack });
    this.learnt.push({ ...key, stack });
  }

  /**
   * @param find an incident as it is now; `undefined` where it was not loaded
   * @returns the incident, open or closed, that the crash of a new key is most like; `null` where none is near, or two are
   * about as near
   */
  nearest(crash: KeyStack, find: (id: string) => Joinable | undefined): JoinProof | null {
    const { above, margin } = this.settings;
    if (above === null) return null;
    const model = this.models.get(crash.tenant) ?? NO_FRAME_MODEL;
    const isSwitch = (stack: CrashStack): boolean => this.isSwitch(crash.tenant, stack);
    const ours = [crash.stack, ...(this.stacks.get(nameOf(crash)) ?? [])];
    const ranked = this.candidates(crash, ours)
      .filter((id) => isJoinable(find(id), crash.stack.family) && !this.refused.has(refusalName(crash, id)))
      .flatMap((id): { readonly id: string; readonly near: NearestKey }[] => {
        const near = weighIncident(ours, this.keys(crash.tenant, id), model, isSwitch);
        return near === null || near.comparison.score < above ? [] : [{ id, near }];
      })
      .sort((a, b) => b.near.comparison.score - a.near.comparison.score || (a.id < b.id ? -1 : 1));
    const best = ranked[0];
    if (best === undefined) return null;
    const close = ranked.filter(({ near }) => best.near.comparison.score - near.comparison.score < margin);
    const facts = { above, modelVersion: model.version };
    if (close.length <= 1) return proveJoin(best.id, best.near, facts);
    const found = ofOneSite(
      ours,
      close.map((one) => ({ ...one, keys: this.keys(crash.tenant, one.id) })),
    );
    return found === null ? null : proveJoin(found.id, found.near, { ...facts, site: found.site });
  }

  private isSwitch(tenant: string, stack: CrashStack): boolean {
    const callees = this.filed.get(`${tenant}\n${calleesTerm(stack) ?? ''}`);
    return (callees?.size ?? 0) > MOST_CALLEES;
  }

  private candidates(crash: KeyStack, ours: readonly CrashStack[]): string[] {
    const keys = ours
      .flatMap(asksOf)
      .flatMap((term) => [...(this.filed.get(`${crash.tenant}\n${term}`) ?? [])]);
    return [...new Set(keys.flatMap((name) => this.incidentOf.get(name) ?? []))];
  }

  private keys(tenant: string, incidentId: string): IncidentKey[] {
    return [...(this.keysOf.get(incidentId) ?? [])].flatMap(([groupKey, { decided }]) => {
      const stacks = this.stacks.get(nameOf({ tenant, groupKey }));
      return stacks === undefined ? [] : [{ groupKey, stacks, decided }];
    });
  }

  private lead(key: KeyName, incidentId: string, decided: boolean): void {
    if (this.incidentOf.get(nameOf(key)) === incidentId && !decided) return;
    this.incidentOf.set(nameOf(key), incidentId);
    const keys = this.keysOf.get(incidentId) ?? new Map<string, { readonly decided: boolean }>();
    this.keysOf.set(incidentId, keys.set(key.groupKey, { decided }));
  }

  private file({ tenant, groupKey, stack }: KeyStack): void {
    const name = nameOf({ tenant, groupKey });
    this.stacks.set(name, [...(this.stacks.get(name) ?? []), stack]);
    for (const term of termsOf(stack)) {
      const place = `${tenant}\n${term}`;
      this.filed.set(place, (this.filed.get(place) ?? new Set<string>()).add(name));
    }
  }
}

/** What of an incident says whether it may be joined. */
export type Joinable = Pick<IncidentState, 'status' | 'holding' | 'family' | 'crashes'>;

/** A bug that was resolved, or given up, is the same bug. One whose crashes all turned out to be others' is none. */
export function isJoinable(incident: Joinable | undefined, family: string): boolean {
  if (incident === undefined || incident.holding || incident.family !== family) return false;
  return incident.status === 'open' || incident.crashes > 0;
}

function nameOf({ tenant, groupKey }: KeyName): string {
  return JSON.stringify([tenant, groupKey]);
}

function refusalName(key: KeyName, incidentId: string): string {
  return `${nameOf(key)} ${incidentId}`;
}
