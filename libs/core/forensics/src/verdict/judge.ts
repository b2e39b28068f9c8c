import type { Confidence, Finding, HardwareLikelihood, Verdict } from '../analysis';
import type { CrashCase } from '../crash-case';
import { ARITHMETIC } from './arithmetic';
import { ASSERTIONS } from './assertions';
import { findCulprit } from './culprit';
import { DELIBERATE } from './deliberate';
import { DMA } from './dma';
import { FIRMWARE } from './firmware';
import { flagsOf } from './flags';
import { HARDWARE } from './hardware';
import { INSTRUCTIONS } from './instructions';
import { LISTS } from './lists';
import { LOCKS } from './locks';
import { BLIND, MEMORY, OVERWRITTEN } from './memory';
import { OUT_OF_MEMORY } from './out-of-memory';
import { POINTERS, POISONED, USER_POINTERS, WILD_POINTERS } from './pointers';
import { REFCOUNTS } from './refcounts';
import { trapped, type Opinion, type VerdictRule } from './rule';
import { SANITIZERS } from './sanitizers';
import { paragraph, placeOf } from './say';
import { setScene, type Scene } from './scene';
import { SLAB_REPORTS } from './slab';
import { BOUNDS, STACKS } from './stacks';
import { STALLS } from './stalls';
import { UNLOADED } from './unloaded';

/**
 * In the order in which an engineer would ask: what the text states, what checks of the kernel state, what the value
 * is known to be, where it trapped, what it looks like, and what is left. The first that applies is the verdict.
 */
export const VERDICT_RULES: readonly VerdictRule[] = [
  ...DELIBERATE,
  ...HARDWARE,
  ...LISTS,
  ...POISONED,
  ...SANITIZERS,
  ...SLAB_REPORTS,
  ...DMA,
  ...FIRMWARE,
  ...REFCOUNTS,
  ...BOUNDS,
  ...OUT_OF_MEMORY,
  ...LOCKS,
  ...STALLS,
  ...ARITHMETIC,
  ...STACKS,
  ...POINTERS,
  ...UNLOADED,
  ...MEMORY,
  ...OVERWRITTEN,
  ...BLIND,
  ...USER_POINTERS,
  ...WILD_POINTERS,
  ...INSTRUCTIONS,
  ...ASSERTIONS,
];

/** Weight of a sign from which it belongs in the paragraph: errors that were not corrected. */
const TELLING = 0.5;

function unknown(scene: Scene): Opinion {
  const known = scene.crash.reading.exception !== null || scene.reasons.length > 0;
  const text = paragraph(
    known ? trapped(scene) : `${placeOf(scene)} something went wrong.`,
    'The text does not carry enough to say why.',
  );
  return { class: 'unknown', confidence: 'hint', text };
}

/** What is read from a report that is torn or cut cannot be the whole of it. */
function bounded(confidence: Confidence, { crash }: Scene): Confidence {
  return confidence === 'certain' && crash.reading.damage !== null ? 'likely' : confidence;
}

/** The verdict on a crash, from what was found. */
export function judge(crash: CrashCase, findings: readonly Finding[], hardware: HardwareLikelihood): Verdict {
  const scene = setScene(crash, findings, hardware);
  const opinion = decide(scene);
  const culprit = findCulprit(scene, opinion);
  const damaged =
    crash.reading.damage === null ? null : 'The report is damaged in this text, so nothing here is certain.';
  return {
    class: opinion.class,
    confidence: bounded(opinion.confidence, scene),
    text: paragraph(
      opinion.text,
      culprit === null ? null : spellCulprit(culprit),
      spellHardware(opinion, hardware),
      damaged,
    ),
    flags: flagsOf(scene, opinion, culprit),
    culprit,
  };
}

/** Classes that say it themselves, or that failing hardware does not cause. */
const NOT_BY_HARDWARE = /^(?:hardware-error|deliberate|out-of-memory|firmware)$/;

/** Records of failing hardware do not change what is seen in the text, but where to look first. */
function spellHardware(opinion: Opinion, { parts }: HardwareLikelihood): string | null {
  const [strongest] = [...parts].sort((a, b) => b.weight - a.weight);
  if (strongest === undefined || strongest.weight < TELLING || NOT_BY_HARDWARE.test(opinion.class))
    return null;
  return `Before this the machine reported trouble (${strongest.reason}): look there first, since failing hardware explains such a crash as well.`;
}

function spellCulprit({ name, confidence, why }: NonNullable<Verdict['culprit']>): string {
  const who =
    confidence === 'certain' ? 'To blame is' : confidence === 'likely' ? 'Suspected is' : 'Worth a look is';
  return `${who} ${name}: ${why}.`;
}

function decide(scene: Scene): Opinion {
  for (const { judge: apply } of VERDICT_RULES) {
    const opinion = apply(scene);
    if (opinion !== null) return opinion;
  }
  return unknown(scene);
}
