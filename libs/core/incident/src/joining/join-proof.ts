import type { NearestKey } from './weigh-incident';

/** Why a key joined an incident by similarity: kept with the key and with the crash that brought it. */
export interface JoinProof {
  readonly incidentId: string;
  /** 0 to 1. */
  readonly score: number;
  /** The least that would have joined. */
  readonly above: number;
  /** Key of the incident that it is most like. */
  readonly comparedKey: string;
  readonly relation: 'same' | 'inlined' | 'unnamed';
  /** Functions that one build is taken to have inlined. */
  readonly missing: readonly string[];
  readonly matched: readonly {
    readonly function: string;
    /** 0 for the innermost that both may have. */
    readonly ours: number;
    readonly theirs: number;
    readonly weight: number;
    readonly gain: number;
  }[];
  /** Where both crashed, if that decided between incidents that were about as near; left out where nothing had to. */
  readonly site?: string;
  /** Weight of the functions that one of them lacks. */
  readonly unmatchedWeight: number;
  /** Count of functions by key that the weights are made with; 0 before the first. */
  readonly modelVersion: number;
}

export function proveJoin(
  incidentId: string,
  { groupKey, comparison }: NearestKey,
  { above, modelVersion, site }: Pick<JoinProof, 'above' | 'modelVersion' | 'site'>,
): JoinProof {
  const { relation, matches, unmatched } = comparison;
  if (relation.kind === 'different') throw new Error('two bugs are never joined');
  return {
    incidentId,
    score: rounded(comparison.score),
    above,
    comparedKey: groupKey,
    relation: relation.kind,
    missing: relation.kind === 'inlined' ? relation.missing : [],
    matched: matches.map(({ name, positions: [ours, theirs], weight, gain }) => ({
      ...{ function: name, ours, theirs },
      ...{ weight: rounded(weight), gain: rounded(gain) },
    })),
    ...(site !== undefined && { site }),
    unmatchedWeight: rounded(unmatched),
    modelVersion,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
