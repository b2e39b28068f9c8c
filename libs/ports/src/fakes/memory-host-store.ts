import type { HostIncidentRow, HostRow, HostStore } from '../host-store';

export class MemoryHostStore implements HostStore {
  readonly #hosts = new Map<string, HostRow>();
  readonly #incidents: (HostIncidentRow & { readonly tenant: string; readonly hostId: string })[] = [];

  add(tenant: string, host: HostRow, incidents: readonly HostIncidentRow[] = []): void {
    this.#hosts.set(JSON.stringify([tenant, host.hostId]), host);
    this.#incidents.push(...incidents.map((one) => ({ ...one, tenant, hostId: host.hostId })));
  }

  find(tenant: string, hostId: string) {
    return Promise.resolve(this.#hosts.get(JSON.stringify([tenant, hostId])) ?? null);
  }

  incidentsOf(tenant: string, hostId: string, limit: number) {
    const own = this.#incidents
      .filter((one) => one.tenant === tenant && one.hostId === hostId)
      .sort((a, b) => b.lastSeenAtMs - a.lastSeenAtMs)
      .slice(0, limit)
      .map(({ tenant: _, hostId: _host, ...row }) => row);
    return Promise.resolve(own);
  }
}
