import type { Confidence, Verdict, VerdictClass } from '../analysis';
import type { Scene } from './scene';
import { paragraph, placeOf, reasonsOf } from './say';

/** What is concluded before culprit and flags are added. */
export type Opinion = Pick<Verdict, 'class' | 'confidence' | 'text'> & {
  /** The function that trapped only met what another one did. */
  readonly victim?: boolean;
};

/** One reason to name a class. */
export interface VerdictRule {
  /** Kebab-case, unique. */
  readonly slug: string;
  /** `null`: it does not apply. */
  readonly judge: (scene: Scene) => Opinion | null;
}

/** A rule that rests on what the kernel itself says: kind of the report and words of its headline. */
export interface ToldRow {
  readonly slug: string;
  readonly kind?: RegExp;
  /** Words of the headline; a report whose headline is lost does not match. */
  readonly headline?: RegExp;
  /** Function at the instruction pointer. */
  readonly fault?: RegExp;
  /** Canonical trap name. */
  readonly exception?: RegExp;
  readonly class: VerdictClass;
  readonly confidence: Confidence;
  /** What happened and why it is wrong: sentences behind the place. */
  readonly says: string;
  readonly victim?: boolean;
  /** Kernel file and function that says so. */
  readonly from: string;
}

/** Makes rules of rows. */
export function told(rows: readonly ToldRow[]): readonly VerdictRule[] {
  return rows.map((row) => ({
    slug: row.slug,
    judge: (scene) => {
      const { reading } = scene.crash;
      if (row.kind !== undefined && !row.kind.test(reading.kind)) return null;
      if (row.headline !== undefined && !row.headline.test(scene.headline)) return null;
      if (row.exception !== undefined && !row.exception.test(reading.exception ?? '')) return null;
      if (row.fault !== undefined && !row.fault.test(scene.fault ?? '')) return null;
      const quoted = `the kernel reports “${scene.headline.slice(0, 200)}”.`;
      const place = placeOf(scene);
      const at = place === 'In the kernel' ? quoted.replace('the', 'The') : `${place}, ${quoted}`;
      return {
        class: row.class,
        confidence: row.confidence,
        text: paragraph(scene.headline === '' ? `${place}:` : at, row.says),
        victim: row.victim ?? false,
      };
    },
  }));
}

/** A paragraph that begins with the place and the processor's reasons. */
export function trapped(scene: Scene, ...sentences: readonly (string | null)[]): string {
  const { exception, kind } = scene.crash.reading;
  const what = `${placeOf(scene)} the kernel took ${spellTrap(exception, kind)}.`;
  return paragraph(what, reasonsOf(scene), ...sentences);
}

function spellTrap(exception: string | null, kind: string): string {
  if (exception === null) return `a fault (${kind})`;
  return `${/^[aeiou]/.test(exception) ? 'an' : 'a'} ${exception.replaceAll('_', ' ')} exception`;
}
