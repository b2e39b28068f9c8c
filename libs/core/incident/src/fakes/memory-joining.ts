import { shapeOf, termsOf } from '@oopstream/core-similarity';
import type { DedupPlan } from '../dedup-plan';
import type { DedupState, IncidentState } from '../dedup-state';
import { DEFAULT_JOIN_CANDIDATES } from '../joining/joining-state';
import { isJoinable } from '../joining/joining-draft';
import { joiningAsks } from '../joining/joining-needs';
import type { KeyName } from '../joining/joining-needs';
import type { JoiningState, KeyStack } from '../joining/joining-state';
import type { Receipt } from '../receipt';

/** What keys look like and how common their functions are, in memory. */
export class MemoryJoining {
  readonly stacks: KeyStack[] = [];
  readonly refusals: JoiningState['refusals'][number][] = [];
  /** Keys that a person put where they lead. */
  readonly decided = new Set<string>();
  private readonly models = new Map<string, JoiningState['models'][number]>();

  load(
    receipts: readonly Receipt[],
    keys: ReadonlyMap<string, DedupState['keys'][number]>,
    incidents: ReadonlyMap<string, IncidentState>,
    limit = DEFAULT_JOIN_CANDIDATES,
  ): JoiningState {
    const asks = joiningAsks(receipts, (key) => !keys.has(`${key.tenant} ${key.groupKey}`));
    const ids = new Set<string>();
    for (const { tenant, terms } of asks) {
      const near = this.stacks.filter(
        (one) => one.tenant === tenant && termsOf(one.stack).some((term) => terms.includes(term)),
      );
      const found = near.flatMap((one) => keys.get(`${tenant} ${one.groupKey}`)?.incidentId ?? []);
      const able = [...new Set(found)].filter((id) => {
        const incident = incidents.get(id);
        return incident !== undefined && isJoinable(incident, incident.family);
      });
      for (const id of able.slice(0, limit)) ids.add(id);
    }
    const candidates = [...keys.values()].filter((key) => ids.has(key.incidentId));
    const wanted = new Set([...ownKeys(receipts), ...candidates].map(nameOf));
    return {
      stacks: this.stacks.filter((one) => wanted.has(nameOf(one))),
      candidates: candidates.map((key) => ({ ...key, decided: this.decided.has(nameOf(key)) })),
      models: [...this.models.values()],
      refusals: this.refusals,
    };
  }

  apply(plan: DedupPlan): void {
    for (const one of plan.stacks) {
      const isKnown = this.stacks.some(
        (other) => nameOf(other) === nameOf(one) && shapeOf(other.stack) === shapeOf(one.stack),
      );
      if (!isKnown) this.stacks.push(one);
    }
  }

  /** Counts in how many keys each function stands, where the count is older than `minGrowth` more keys allow. @returns how many tenants */
  recount(minGrowth: number): number {
    let recounted = 0;
    for (const [tenant, stacks] of Map.groupBy(this.stacks, (one) => one.tenant)) {
      const byKey = Map.groupBy(stacks, (one) => one.groupKey);
      const before = this.models.get(tenant);
      if (byKey.size < (before?.keys ?? 0) * (1 + minGrowth) + 1) continue;
      const keysWith: Record<string, number> = {};
      for (const shapes of byKey.values()) {
        const names = new Set(shapes.flatMap(({ stack }) => stack.frames.map(({ name }) => name)));
        for (const name of names) keysWith[name] = (keysWith[name] ?? 0) + 1;
      }
      const kept = Object.fromEntries(Object.entries(keysWith).filter(([, count]) => count > 1));
      this.models.set(tenant, {
        ...{ tenant, keys: byKey.size, keysWith: kept },
        version: (before?.version ?? 0) + 1,
      });
      recounted += 1;
    }
    return recounted;
  }
}

function ownKeys(receipts: readonly Receipt[]): KeyName[] {
  return receipts.flatMap(({ tenant, content }) =>
    content.kind === 'read'
      ? content.readings.map(({ signature }) => ({ tenant, groupKey: signature.groupKey }))
      : [],
  );
}

function nameOf({ tenant, groupKey }: KeyName): string {
  return JSON.stringify([tenant, groupKey]);
}
