import type { Branch } from './branches';
import type { Bug } from './bug';
import type { BuiltFrame } from './compiler';
import type { Model } from './models';
import type { SeededRandom } from './seeded-random';

/** One failure of one kernel, with everything that its report prints. */
export interface Scene {
  readonly bug: Bug;
  readonly branch: Branch;
  readonly release: string;
  readonly model: Model;
  readonly hostName: string;
  /** Innermost first; the first is the function at the instruction pointer (of the task, for a hung one). */
  readonly frames: readonly BuiltFrame[];
  /** What the interrupt interrupted; `null` where the crash was in a task. */
  readonly interrupted: readonly BuiltFrame[] | null;
  readonly comm: string;
  readonly pid: number;
  readonly cpu: number;
  /** Seconds since boot. */
  readonly uptimeSeconds: number;
  /** Letters, without blanks; empty: not tainted. */
  readonly taint: string;
  readonly modules: readonly string[];
  /** Decides addresses and registers: the same for every capture of the failure. */
  readonly values: SeededRandom;
}

export interface TextLine {
  readonly level: number;
  readonly text: string;
  /** Seconds since boot. */
  readonly seconds: number;
}

/** @returns `f+0x1a/0x40 [module]` */
export function spellFrame({ symbol, offset, size, module }: BuiltFrame): string {
  const place = `${symbol}+0x${offset.toString(16)}/0x${size.toString(16)}`;
  return module === null ? place : `${place} [${module}]`;
}

const TAINTS = 'PFSRMBUDAWCIOELKXTN';

/** `Tainted: G           OE     ` as kernel/panic.c print_tainted() pads it, `Not tainted` without letters. */
export function spellTaint(taint: string): string {
  if (taint === '') return 'Not tainted';
  const letters = [...TAINTS].map((letter) => (taint.includes(letter) ? letter : letter === 'P' ? 'G' : ' '));
  return `Tainted: ${letters.join('')}`;
}
