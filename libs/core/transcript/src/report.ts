import type { Line } from './framing';
import type {
  Arch,
  DamageReason,
  FaultLocation,
  Frame,
  Mentions,
  Reading,
  TranscriptFormat,
} from './reading';
import { keepText } from './text';
import type { HeaderRole } from './tables/headers';

/** Whose stack the lines at hand show. */
export type Section = 'main' | 'other';

/** A reading while it grows; one reader owns it. */
export interface Draft {
  readonly format: TranscriptFormat;
  start: number;
  end: number;
  readonly headerLine: number;
  lastLine: number;
  lastUptime: number | null;
  kind: string;
  role: HeaderRole;
  headline: string;
  exception: string | null;
  fault: FaultLocation | null;
  frames: Frame[];
  header: string[];
  lockSites: string[];
  workFunction: string | null;
  section: Section;
  /** `none` before the trace, `open` inside, `done` after. */
  trace: 'none' | 'open' | 'done';
  /** Lines since the last frame while the trace is open. */
  strange: number;
  /** `Call Trace:` was printed. */
  announced: boolean;
  /** die() printed its line. */
  died: boolean;
  /** `---[ end trace` was printed, or a panic followed. */
  ended: boolean;
  fatal: boolean;
  panicked: boolean;
  damage: DamageReason | null;
  /** Something is missing between the header and the trace. */
  lossAhead: boolean;
  /** It began while another report was being printed, and nothing tells whose the lines are: some may be the other's. */
  crowded: boolean;
  kernelRelease: string | null;
  arch: Arch | null;
  /** The task that the first `CPU: … PID: …` line named. */
  introduced: number | null;
  comm: string | null;
  pid: number | null;
  cpu: number | null;
  taint: string | null;
  hardware: string | null;
  /** The header stood behind a capture prefix; lines without one are then somebody else's. */
  readonly framed: boolean;
  /** Lines since the last one that belonged here. */
  unknown: number;
  /** The next frame line stands alone: it names the place of the reported lock, or nothing that matters here. */
  awaits: 'lock-site' | 'aside' | null;
  /** The held locks are being listed: their places are not where the reported lock was taken. */
  listsLocks: boolean;
  /** Milliseconds since 1970, UTC. */
  occurredAtMs: number | null;
  readonly uptime: number | null;
  readonly caller: string | null;
}

export const MAX_HEADLINE = 1024;

export function openDraft(line: Line, kind: string, role: HeaderRole, format: TranscriptFormat): Draft {
  return {
    format,
    start: line.start,
    end: line.end,
    headerLine: line.number,
    lastLine: line.number,
    lastUptime: line.uptime,
    kind,
    role,
    headline: line.message.trim().slice(0, MAX_HEADLINE),
    exception: null,
    fault: null,
    frames: [],
    header: [],
    lockSites: [],
    workFunction: null,
    section: 'main',
    trace: 'none',
    strange: 0,
    announced: false,
    died: role === 'die',
    ended: false,
    fatal: false,
    panicked: false,
    damage: null,
    lossAhead: false,
    crowded: false,
    kernelRelease: null,
    arch: null,
    introduced: null,
    comm: null,
    pid: null,
    cpu: null,
    taint: null,
    hardware: null,
    framed: line.framed,
    unknown: 0,
    awaits: null,
    listsLocks: false,
    occurredAtMs: line.wallTime === null ? null : instantOf(line.wallTime),
    uptime: line.uptime,
    caller: line.caller,
  };
}

/** @returns milliseconds since 1970, UTC; `null` for what is no instant. */
export function instantOf(wallTime: string): number | null {
  const at = Date.parse(wallTime.replace(',', '.').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? null : at;
}

export function finishDraft(draft: Draft): Reading {
  const mentions: Mentions = {
    header: draft.header,
    lockSites: draft.lockSites,
    workFunction: draft.workFunction,
  };
  return {
    format: draft.format,
    span: { start: draft.start, end: Math.max(draft.end, draft.start) },
    kind: draft.kind,
    headline: draft.headline === '' ? null : keepText(draft.headline),
    exception: draft.exception,
    fault: draft.fault,
    frames: draft.frames,
    mentions,
    damage: draft.damage,
    fatal: draft.fatal,
    panicked: draft.panicked,
    kernelRelease: draft.kernelRelease,
    arch: draft.arch,
    comm: draft.comm === null ? null : keepText(draft.comm),
    pid: draft.pid,
    cpu: draft.cpu,
    taint: draft.taint,
    hardware: draft.hardware === null ? null : keepText(draft.hardware),
    uptimeSeconds: draft.uptime,
    occurredAtMs: draft.occurredAtMs,
    bootId: null,
  };
}
