import pc from 'picocolors';
import type { CliIo } from '../cli-io';

/** When to colour: `auto` where the output is a terminal that shows colours and `NO_COLOR` is not set. */
export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const;
export type ColourChoice = (typeof COLOUR_CHOICES)[number];

/** What the text is written for. */
export interface Terminal {
  /** Characters in a line. */
  readonly columns: number;
  readonly ink: ReturnType<typeof pc.createColors>;
  readonly isColoured: boolean;
}

/** Longer lines are hard to read as prose, shorter ones leave no room for a quoted line. */
const MOST_COLUMNS = 110;
const FEWEST_COLUMNS = 50;

export function terminalOf({ stdout, env }: CliIo, choice: ColourChoice): Terminal {
  const isTerminal = 'isTTY' in stdout && stdout.isTTY === true;
  const known =
    isTerminal && 'columns' in stdout && typeof stdout.columns === 'number' ? stdout.columns : null;
  const asked = Number(env['COLUMNS']);
  const columns = known ?? (Number.isInteger(asked) && asked > 0 ? asked : MOST_COLUMNS);
  const wanted = isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const isColoured = choice === 'always' || (choice === 'auto' && wanted);
  return {
    columns: Math.min(MOST_COLUMNS, Math.max(FEWEST_COLUMNS, columns)),
    ink: pc.createColors(isColoured),
    isColoured,
  };
}

/** Breaks text at blanks into lines of at most `width`; a longer word stands alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
