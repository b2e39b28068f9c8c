import type { Recipe, Verdict } from '../analysis';
import type { CrashCase } from '../crash-case';
import { RECIPES } from './recipe-table';

/** More than people try. */
const MAX_RECIPES = 4;

/** Commands that would settle what the text leaves open: the shortest list, most telling first. */
export function listMissing(crash: CrashCase, verdict: Verdict): readonly Recipe[] {
  if (verdict.confidence === 'certain' && verdict.culprit === null && verdict.class !== 'out-of-memory')
    return [];
  const fitting = RECIPES.filter(({ classes }) => classes === 'any' || classes.includes(verdict.class));
  const recipes = fitting.flatMap(({ command, why }): Recipe[] => {
    const text = command(crash);
    return text === null ? [] : [{ command: text, why }];
  });
  return recipes.slice(0, MAX_RECIPES);
}
