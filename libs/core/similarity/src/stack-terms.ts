import type { CrashStack } from './crash-stack';
import { MAX_MISSING } from './culprits';

/**
 * What a stack is filed under: its culprit, and each function that called the culprit (`<` before it). Stacks that can be
 * joined share a term of the one with an ask of the other, so that candidates come from an index.
 */
export function termsOf(stack: CrashStack): readonly string[] {
  const { culprit } = stack;
  if (culprit === null) {
    const inner = stack.frames[0];
    return inner === undefined ? [] : [term(stack, '?', inner.name)];
  }
  return [term(stack, '=', culprit), ...callersOf(stack).map((name) => term(stack, '<', name))];
}

/** Under which the stacks are filed whose culprit this one's culprit called; `null` where it names nobody. */
export function calleesTerm(stack: CrashStack): string | null {
  return stack.culprit === null ? null : term(stack, '<', stack.culprit);
}

/** What a stack looks for: its own culprit, blamed or as a caller, and each of its callers as the culprit. */
export function asksOf(stack: CrashStack): readonly string[] {
  const { culprit } = stack;
  if (culprit === null) return termsOf(stack);
  return [
    term(stack, '=', culprit),
    term(stack, '<', culprit),
    ...callersOf(stack).map((name) => term(stack, '=', name)),
  ];
}

/** Callers beyond those that a build is believed to have inlined the culprit into are no terms. */
const CALLERS = MAX_MISSING;

function callersOf({ culprit, frames }: CrashStack): string[] {
  const at = frames.findIndex(({ name }) => name === culprit);
  return at < 0 ? [] : frames.slice(at + 1, at + 1 + CALLERS).map(({ name }) => name);
}

function term({ version, family }: CrashStack, sign: string, name: string): string {
  return `${version} ${family} ${sign}${name}`;
}
