import type { UnusualFacet } from './unusual';

/** What is looked at to tell a bad machine from a bad model from a bug. Counts are of one incident, within one window. */
export interface AttributionEvidence {
  /** Hosts that crashed of it. */
  readonly hosts: number;
  /** Of those, hosts whose model is known, and how many models these are. */
  readonly hostsOfKnownModel: number;
  readonly models: number;
  /** Crashes that were analysed, and those of them in which failing hardware is the likely reason. */
  readonly analysedCrashes: number;
  readonly hardwareCrashes: number;
  /** Hosts of it that crashed of so many other incidents as well that the host is suspect: {@link SUSPECT_INCIDENTS}. */
  readonly suspectHosts: number;
  /** Facets that its hosts have more often than the fleet, models and BIOS versions among them. */
  readonly unusual: readonly UnusualFacet[];
}

export type Attribution = 'hardware' | 'model' | 'software' | 'unknown';

export interface AttributionResult {
  readonly verdict: Attribution;
  /** What speaks for each, the strongest first; sentences for people. */
  readonly parts: readonly AttributionPart[];
}

export interface AttributionPart {
  readonly speaksFor: Exclude<Attribution, 'unknown'>;
  /** 0 to 1: how likely it is right where this stands alone; judgements, in one place. */
  readonly weight: number;
  readonly text: string;
}

/** Different incidents of one host within the window from which on the host itself is suspect. */
export const SUSPECT_INCIDENTS = 3;
/** Hosts from which on a pattern over hosts says something. */
const MANY_HOSTS = 3;
/** Weight from which on the strongest part is the verdict. */
const DECIDES = 0.6;
/** How much stronger it must be than what speaks for anything else. */
const LEAD = 0.1;
/** Share of the crashed hosts that a model must have to explain the incident. */
const COVERS = 0.8;

/**
 * Says whether machine, model or software is to blame, with what speaks for each. One host with many unlike signatures is
 * a bad machine; one model with one signature is its firmware or a driver for it; one signature on many machines of
 * several models is a bug. `unknown` where too little speaks, or as much for one as for another.
 */
export function attribute(evidence: AttributionEvidence): AttributionResult {
  const parts = RULES.flatMap((rule) => rule(evidence) ?? []).sort((a, b) => b.weight - a.weight);
  const [first] = parts;
  const rival = parts.find((part) => part.speaksFor !== first?.speaksFor);
  const isDecided =
    first !== undefined && first.weight >= DECIDES && first.weight - (rival?.weight ?? 0) >= LEAD;
  return { verdict: isDecided ? first.speaksFor : 'unknown', parts };
}

type Rule = (evidence: AttributionEvidence) => AttributionPart | null;

const RULES: readonly Rule[] = [
  ({ analysedCrashes, hardwareCrashes }) => {
    if (hardwareCrashes === 0) return null;
    const share = hardwareCrashes / analysedCrashes;
    const text = `${hardwareCrashes} of ${analysedCrashes} analysed crashes show failing hardware (machine checks, memory errors, flipped bits)`;
    return { speaksFor: 'hardware', weight: 0.9 * share, text };
  },
  ({ hosts, suspectHosts }) => {
    if (suspectHosts === 0) return null;
    const text = `${suspectHosts} of ${hosts} hosts crashed of ${SUSPECT_INCIDENTS} or more different incidents within days`;
    // A bad machine among many good ones with the same signature says little of the signature.
    return { speaksFor: 'hardware', weight: 0.85 * (suspectHosts / hosts), text };
  },
  ({ hosts, unusual }) => {
    if (hosts < MANY_HOSTS) return null;
    const own = unusual.find(
      ({ facet, crashed }) => (facet === 'model' || facet === 'bios') && crashed >= COVERS * hosts,
    );
    if (own === undefined) return null;
    const text = `${own.crashed} of ${hosts} hosts have ${own.facet} ${own.value}, ${formatLift(own.lift)} times its share of the fleet (q ${own.qValue.toPrecision(2)})`;
    return { speaksFor: 'model', weight: 0.8, text };
  },
  ({ hosts, hostsOfKnownModel, models }) => {
    if (hosts < MANY_HOSTS || models < 2) return null;
    const text = `${hosts} hosts of at least ${models} models crash the same way (the model of ${hostsOfKnownModel} is known)`;
    return { speaksFor: 'software', weight: 0.7, text };
  },
  ({ hosts, models }) => {
    if (hosts < MANY_HOSTS || models > 1) return null;
    const text = `${hosts} hosts crash the same way; whether they share a model is not known or they do`;
    return { speaksFor: 'software', weight: 0.6, text };
  },
];

function formatLift(lift: number): string {
  return lift >= 10 ? lift.toFixed(0) : lift.toFixed(1);
}
