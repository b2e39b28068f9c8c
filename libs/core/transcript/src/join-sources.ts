import type { Draft } from './report';

/**
 * One text may show one crash twice: as a backtrace of crash(8) and in the kernel log that `log` printed. The log
 * knows more (registers, the header's wording), unless a part of it was cut off.
 */
export function joinSources(console: readonly Draft[], crash8: Draft | null): Draft[] {
  if (crash8 === null) return [...console];
  if (crash8.kind === 'backtrace') return console.length > 0 ? [...console] : [crash8];
  const same = findSame(console, crash8);
  if (same === null) return inOrder([...console, crash8]);
  const rest = console.filter((draft) => draft !== same);
  const headless = same.role === 'panic' && same.kind === 'panic-other' && crash8.kind !== 'panic-other';
  if (same.frames.length > 0 && !headless) return inOrder([...rest, withDump(same, crash8)]);
  if (crash8.kind === 'hung-task') return inOrder([...rest, withDump(same, crash8)]);
  return inOrder([...rest, headless ? crash8 : withHeader(crash8, same)]);
}

/** The log's report of the crash that was dumped: where the pointer is the same, else the last that was fatal. */
function findSame(console: readonly Draft[], crash8: Draft): Draft | null {
  const last = [...console].reverse();
  const place = crash8.fault;
  const here = place === null ? null : last.find((draft) => draft.fault?.function === place.function);
  return here ?? last.find((draft) => draft.fatal || draft.died) ?? null;
}

function withDump(draft: Draft, crash8: Draft): Draft {
  draft.start = Math.min(draft.start, crash8.start);
  draft.fatal = true;
  draft.panicked = true;
  draft.occurredAtMs ??= crash8.occurredAtMs;
  draft.kernelRelease ??= crash8.kernelRelease;
  draft.arch ??= crash8.arch;
  // The log may have been cut above its `CPU: … Comm: …` line. Who hangs is not who brought the machine down.
  if (draft.kind !== 'hung-task' && draft.pid === null) {
    draft.comm ??= crash8.comm;
    draft.pid = crash8.pid;
    draft.cpu ??= crash8.cpu;
  }
  return draft;
}

function withHeader(crash8: Draft, header: Draft): Draft {
  crash8.start = Math.min(header.start, crash8.start);
  crash8.kind = header.kind;
  crash8.headline = header.headline;
  crash8.exception ??= header.exception;
  crash8.fault ??= header.fault;
  return crash8;
}

function inOrder(drafts: Draft[]): Draft[] {
  return drafts.sort((a, b) => a.start - b.start);
}
