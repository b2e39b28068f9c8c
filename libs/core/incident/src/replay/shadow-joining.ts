import { asksOf, stackOf } from '@oopstream/core-similarity';
import { JoiningDraft } from '../joining/joining-draft';
import type { Joinable } from '../joining/joining-draft';
import type { JoiningSettings, JoiningState, KeyStack } from '../joining/joining-state';
import type { ShadowState } from './place-crashes';
import type { SignedAgain } from './sign-again';

type Signed = NonNullable<SignedAgain['signed']>;

/** Joins by similarity within a shadow, by the rules by which arriving crashes are joined. */
export interface ShadowJoining {
  /** An incident of the shadow with alike stacks; `null` where none is near enough. */
  nearest(
    signed: Signed,
    crash: SignedAgain['crash'],
  ): { readonly shadowId: string; readonly score: number } | null;
  /** Notes what a crash of an incident looks like. */
  learn(signed: Signed, crash: SignedAgain['crash'], shadowId: string): void;
  /** To be stored. */
  readonly learnt: readonly KeyStack[];
}

/** @param joining of the shadow: what goes for an incident's id in it is a shadow incident's */
export function createShadowJoining(
  joining: JoiningState,
  state: Pick<ShadowState, 'keys'>,
  families: ReadonlyMap<string, string>,
  { tenant, settings }: { readonly tenant: string; readonly settings: JoiningSettings },
): ShadowJoining {
  const known = new Map(families);
  const keys = state.keys.map(({ groupKey, shadowId }) => ({ tenant, groupKey, incidentId: shadowId }));
  const draft = new JoiningDraft({ joining, keys }, settings);
  // What people resolved since is no matter: a shadow is made of crashes alone.
  const find = (id: string): Joinable | undefined => {
    const family = known.get(id);
    return family === undefined ? undefined : { status: 'open', holding: false, family, crashes: 1 };
  };
  return {
    learnt: draft.learnt,
    nearest(signed) {
      const stack = stackOfSigned(signed);
      if (stack === null) return null;
      const proof = draft.nearest({ tenant, groupKey: signed.keys.groupKey, stack }, find);
      return proof === null ? null : { shadowId: proof.incidentId, score: proof.score };
    },
    learn(signed, _crash, shadowId) {
      if (!known.has(shadowId)) known.set(shadowId, signed.keys.family);
      const stack = stackOfSigned(signed);
      if (stack !== null) draft.learn({ tenant, groupKey: signed.keys.groupKey }, shadowId, () => stack);
    },
  };
}

/** Terms by which stacks like a crash's are found. */
export function asksOfSigned(signed: Signed): readonly string[] {
  const stack = stackOfSigned(signed);
  return stack === null ? [] : asksOf(stack);
}

function stackOfSigned(signed: Signed): KeyStack['stack'] | null {
  const primary = signed.readings.find((one) => one.primary)?.signed;
  return primary === undefined || primary.reading.damage !== null
    ? null
    : stackOf(primary.reading, primary.signature);
}
