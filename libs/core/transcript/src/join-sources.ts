import type { Draft } from './report';

/**
 * One text may show one crash twice: as a backtrace of crash(8) and in the kernel log that `log` printed. The log
 * knows more (registers, the header's wording), unless its beginning was cut off.
 */
export function joinSources(console: readonly Draft[], crash8: Draft | null): Draft[] {
  if (crash8 === null) return [...console];
  if (crash8.kind === 'backtrace') return console.length > 0 ? [...console] : [crash8];
  const same = [...console].reverse().find((draft) => draft.panicked || draft.died) ?? null;
  if (same === null) return inOrder([...console, crash8]);
  const rest = console.filter((draft) => draft !== same);
  const whole = same.frames.length > 0 && same.role !== 'panic';
  if (!whole && crash8.kind !== 'hung-task') return inOrder([...rest, crash8]);
  same.start = Math.min(same.start, crash8.start);
  same.fatal = true;
  same.panicked = true;
  same.kernelRelease ??= crash8.kernelRelease;
  return inOrder([...rest, same]);
}

function inOrder(drafts: Draft[]): Draft[] {
  return drafts.sort((a, b) => a.start - b.start);
}
