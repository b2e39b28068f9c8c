import type { CrashDetail, CrashReading } from '../api/models';
import { code } from '../incident-page/incident-markdown';
import { wallClock } from '../time/relative-time';
import { offsetText } from './frame-text';

const MAX_FRAMES = 40;

/** The crash for a ticket or a mailing list: Markdown, the stack as the kernel prints it, and the permalink. */
export function crashMarkdown({ crash, readings }: CrashDetail, permalink: string): string {
  const happened =
    crash.occurredAt === null ? 'unknown' : `${wallClock(new Date(crash.occurredAt), 'UTC')} UTC`;
  const primary = readings[0];
  return [
    `**${crash.incidentNumber}** · ${code(crash.title)}`,
    '',
    `- [this crash](${permalink}) on ${code(crash.hostName ?? crash.hostId)}, ` +
      `release ${crash.kernelRelease === null ? 'unknown' : code(crash.kernelRelease)}, machine ` +
      (crash.fatal ? 'died' : 'survived'),
    `- happened ${happened}`,
    ...(primary === undefined ? [] : [...storyOf(primary), ...stackOf(primary)]),
    '',
  ].join('\n');
}

/** The verdict as a sentence that keeps how sure it is. */
function storyOf({ analysis }: CrashReading): string[] {
  if (analysis === null) return [];
  const { verdict } = analysis;
  return [
    `- verdict ${code(verdict.class)} (${verdict.confidence})`,
    ...(verdict.text === '' ? [] : ['', verdict.text]),
  ];
}

function stackOf({ reading }: CrashReading): string[] {
  const left = reading.frames.length - MAX_FRAMES;
  const frames = reading.frames.slice(0, MAX_FRAMES).map((frame) => {
    const doubt = frame.reliable ? '' : '? ';
    return ` ${doubt}${frame.function}${offsetText(frame)}${frame.module === null ? '' : ` [${frame.module}]`}`;
  });
  const lines = [...(reading.headline === null ? [] : [reading.headline]), ...frames];
  if (lines.length === 0) return [];
  return ['', '```', ...lines, ...(left > 0 ? [` … ${left} more frames`] : []), '```'];
}
