/** A command that begins at a line. */
export interface CommandOpening {
  readonly text: string;
  readonly verb: string | null;
}

/** cmdline.c: the prompt is `crash> `; builds name it `crash64> ` or after their version. */
const PROMPT = /^\s*(?:#{1,6}\s+)?[`*]{0,3}crash(?:32|64)?(?:[-_ ]?\d[\w.+~-]{0,31})?> ?(.*?)\s*$/;
/** What people write in place of the prompt: a heading, a bold or quoted line. */
const HEADING =
  /^\s*(?:#{1,6}\s+[`*]{0,3}|(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?:`{1,2}|\*\*))([^`]{1,200}?)[`*]{0,3}:?\s*$/;
const BARE_HEADING = /^\s*#{1,6}\s*$/;
const FENCE = /^\s*(?:```|~~~)/;
const VERB = /^[a-z_*]\w*/;

// crash(8) global_data.c command_table, with the aliases of alias.c.
const VERBS = new Set(
  (
    'alias ascii bpf bt dev dis eval exit extend files foreach fuser gdb help ipcs irq ipcs kmem list log mach map ' +
    'mod mount net p pd print ps pte ptob ptov px q quit rd repeat runq sbitmapq search set sig struct swap sym ' +
    'sys task timer tree union vm vtop waitq whatis wr x dmesg man'
  ).split(' '),
);

function openingOf(text: string): CommandOpening {
  const verb = VERB.exec(text)?.[0] ?? null;
  return { text, verb: verb?.startsWith('*') === true ? '*' : verb };
}

/** The line as a prompt with what was typed behind it, or as a person's heading for a command; `null`: neither. */
export function readOpening(message: string): CommandOpening | null {
  const letter = message.trimStart()[0];
  if (letter === 'c') return readPrompt(message);
  if (letter !== '#' && letter !== '`' && letter !== '*' && letter !== '-' && !isDigit(letter)) return null;
  const prompt = readPrompt(message);
  if (prompt !== null) return prompt;
  const heading = HEADING.exec(message)?.[1]?.trim();
  if (heading === undefined) return BARE_HEADING.test(message) ? { text: '', verb: null } : null;
  const opening = openingOf(heading);
  if (opening.verb !== null && (VERBS.has(opening.verb) || opening.verb === '*')) return opening;
  return letter === '#' ? { text: '', verb: null } : null;
}

/** @returns whether crash(8) prompted here. */
export function isPrompt(message: string): boolean {
  return PROMPT.test(message);
}

function readPrompt(message: string): CommandOpening | null {
  const typed = PROMPT.exec(message)?.[1];
  return typed === undefined ? null : openingOf(typed.replace(/[`*]+$/, ''));
}

function isDigit(letter: string | undefined): boolean {
  return letter !== undefined && letter >= '0' && letter <= '9';
}

export function isFence(message: string): boolean {
  return (message.includes('```') || message.includes('~~~')) && FENCE.test(message);
}
