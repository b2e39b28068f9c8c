import type { DirtyReboot, RebootCrash } from '@oopstream/core-fleet';
import type { CensusWindow } from '../census-store';
import type { OutboxDelivery } from '../delivery-store';
import type { PageKey } from '../incident-queries';
import type { RebootFilter, RebootRow, RebootStore, SettledReboots } from '../reboot-store';

type Row = RebootRow & { readonly checkAtMs: number | null };

export class MemoryRebootStore implements RebootStore {
  readonly #rows = new Map<string, Row>();
  readonly #crashes: (RebootCrash & { readonly tenant: string; readonly hostId: string })[] = [];
  readonly endpoints: { readonly tenant: string; readonly id: string }[] = [];
  readonly deliveries: OutboxDelivery[] = [];

  /** A fatal crash. */
  addCrash(tenant: string, hostId: string, crash: RebootCrash): void {
    this.#crashes.push({ ...crash, tenant, hostId });
  }

  /** A heartbeat told of it. */
  note(
    tenant: string,
    reboot: DirtyReboot & { readonly hostId: string; readonly hostName: string | null },
    nowMs: number,
  ): void {
    const key = JSON.stringify([tenant, reboot.hostId, reboot.bootId]);
    if (this.#rows.has(key)) return;
    this.#rows.set(key, {
      ...reboot,
      id: `00000000-0000-4000-8000-${String(this.#rows.size + 1).padStart(12, '0')}`,
      tenant,
      recordedAtMs: nowMs,
      state: 'waiting',
      crashId: null,
      settledAtMs: null,
      checkAtMs: nowMs,
    });
  }

  /** A crash of the host came. */
  check(tenant: string, hostId: string): void {
    for (const [key, row] of this.#rows)
      if (row.tenant === tenant && row.hostId === hostId && row.state !== 'explained')
        this.#rows.set(key, { ...row, checkAtMs: 0 });
  }

  settle(
    nowMs: number,
    limit: number,
    _slackMs: number,
    decide: Parameters<RebootStore['settle']>[3],
  ): ReturnType<RebootStore['settle']> {
    const due = [...this.#rows.values()]
      .filter(({ checkAtMs }) => checkAtMs !== null && checkAtMs <= nowMs)
      .sort((a, b) => (a.checkAtMs ?? 0) - (b.checkAtMs ?? 0))
      .slice(0, limit)
      .map(({ checkAtMs: _, ...reboot }) => ({
        reboot,
        crashes: this.#crashes.filter(
          ({ tenant, hostId }) => tenant === reboot.tenant && hostId === reboot.hostId,
        ),
      }));
    if (due.length === 0) return Promise.resolve({ due: 0, opened: 0, explained: 0 });
    return Promise.resolve(this.#write(decide(due, this.endpoints), nowMs));
  }

  #write({ verdicts, deliveries }: SettledReboots, nowMs: number) {
    const turned: string[] = [];
    for (const { id, state, crashId, checkAtMs } of verdicts)
      for (const [key, row] of this.#rows) {
        if (row.id !== id) continue;
        if (row.state !== state) turned.push(state);
        const settledAtMs = row.state === state ? row.settledAtMs : nowMs;
        this.#rows.set(key, { ...row, state, crashId, checkAtMs, settledAtMs });
      }
    this.deliveries.push(...deliveries);
    const count = (wanted: string) => turned.filter((state) => state === wanted).length;
    return { due: verdicts.length, opened: count('open'), explained: count('explained') };
  }

  list(tenant: string, filter: RebootFilter, limit: number, after: PageKey | null) {
    const found = [...this.#rows.values()]
      .filter(
        (row) =>
          row.tenant === tenant &&
          (filter.state ?? row.state) === row.state &&
          (filter.hostId ?? row.hostId) === row.hostId &&
          (filter.release ?? row.release) === row.release &&
          row.backAtMs >= (filter.sinceMs ?? -Infinity) &&
          row.backAtMs < (filter.untilMs ?? Infinity),
      )
      .sort((a, b) => b.backAtMs - a.backAtMs || (a.id < b.id ? 1 : -1))
      .filter(
        (row) =>
          after === null || row.backAtMs < after.value || (row.backAtMs === after.value && row.id < after.id),
      );
    const items = found.slice(0, limit).map(({ checkAtMs: _, ...row }) => row);
    const last = items.at(-1);
    const next = found.length > limit && last !== undefined ? { value: last.backAtMs, id: last.id } : null;
    return Promise.resolve({ items, next });
  }

  forget(beforeMs: number) {
    const old = [...this.#rows].filter(([, { backAtMs }]) => backAtMs < beforeMs);
    for (const [key] of old) this.#rows.delete(key);
    return Promise.resolve(old.length);
  }

  countOpen(tenant: string, { sinceMs, untilMs }: CensusWindow) {
    const open = [...this.#rows.values()].filter(
      (row) =>
        row.tenant === tenant && row.state === 'open' && row.backAtMs >= sinceMs && row.backAtMs < untilMs,
    );
    return Promise.resolve(
      [...Map.groupBy(open, ({ release }) => release)]
        .map(([release, own]) => ({
          release,
          reboots: own.length,
          hosts: new Set(own.map(({ hostId }) => hostId)).size,
        }))
        .sort((a, b) => b.reboots - a.reboots),
    );
  }
}
