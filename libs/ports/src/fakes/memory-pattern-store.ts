import type { FacetRows, HostPattern, ParentQuery, ParentRow, PatternStore } from '../pattern-store';

/** Answers what a test put in, and remembers what it was asked. */
export class MemoryPatternStore implements PatternStore {
  readonly asked: { readonly tenant: string; readonly query: ParentQuery }[] = [];
  facetRows: FacetRows = { fleetHosts: 0, crashedHosts: 0, isSample: false, counts: [], looked: 0 };
  pattern: HostPattern = {
    hosts: 0,
    hostsOfKnownModel: 0,
    models: 0,
    analysedCrashes: 0,
    hardwareCrashes: 0,
    suspectHosts: 0,
  };
  victimRows: readonly ParentRow[] = [];
  hostRows: readonly ParentRow[] = [];

  facets(): Promise<FacetRows> {
    return Promise.resolve(this.facetRows);
  }

  hostPattern(): Promise<HostPattern> {
    return Promise.resolve(this.pattern);
  }

  victims(tenant: string, query: ParentQuery): Promise<readonly ParentRow[]> {
    this.asked.push({ tenant, query });
    return Promise.resolve(this.victimRows.slice(0, query.limit));
  }

  suspectHosts(tenant: string, query: ParentQuery): Promise<readonly ParentRow[]> {
    this.asked.push({ tenant, query });
    return Promise.resolve(this.hostRows.slice(0, query.limit));
  }
}
