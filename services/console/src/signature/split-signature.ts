/** One part of a signature, told apart on the page by weight. Joined, the texts are the title again. */
export interface SignaturePart {
  readonly role: 'function' | 'offset' | 'module' | 'exception' | 'from' | 'entry';
  readonly text: string;
}

const TITLE =
  /^(?:(?<fn>\S+?)(?<offset>\+(?:0x[0-9a-f]+|\d+))?(?<module> \[[^\]]+\])?(?<gap> ))?(?<exception>\S.*?)(?:(?<from> from )(?<entry>\S+))?$/;

/**
 * Takes `__kmalloc+171 [module] stack_segment from usbdev_ioctl` apart. A title that does not have that shape is one
 * `exception` part, so that nothing is ever lost or reordered.
 */
export function splitSignature(title: string): readonly SignaturePart[] {
  const groups = TITLE.exec(title)?.groups;
  if (groups === undefined || !namesFunction(groups)) return splitWithoutFunction(title);
  const parts: SignaturePart[] = [{ role: 'function', text: groups['fn'] ?? '' }];
  if (groups['offset'] !== undefined) parts.push({ role: 'offset', text: groups['offset'] });
  if (groups['module'] !== undefined) parts.push({ role: 'module', text: groups['module'] });
  parts.push({ role: 'exception', text: ` ${groups['exception'] ?? ''}` });
  return [...parts, ...tail(groups['entry'])];
}

/** Two words before `from`, or an offset or a module, mean that the first word is where the crash was. */
function namesFunction(groups: Record<string, string | undefined>): boolean {
  if (groups['fn'] === undefined) return false;
  if (groups['offset'] !== undefined || groups['module'] !== undefined) return true;
  return /^[A-Za-z_][\w.]*$/.test(groups['fn']) && /^\S+$/.test(groups['exception'] ?? '');
}

function splitWithoutFunction(title: string): readonly SignaturePart[] {
  const cut = / from (\S+)$/.exec(title);
  if (cut === null) return [{ role: 'exception', text: title }];
  return [{ role: 'exception', text: title.slice(0, cut.index) }, ...tail(cut[1])];
}

function tail(entry: string | undefined): readonly SignaturePart[] {
  if (entry === undefined) return [];
  return [
    { role: 'from', text: ' from ' },
    { role: 'entry', text: entry },
  ];
}
