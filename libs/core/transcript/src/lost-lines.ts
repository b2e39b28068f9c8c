import { reachedRoot } from './damage';
import { firstLetters } from './first-letter';
import type { Line } from './framing';
import type { Draft } from './report';

const mayTell = firstLetters('*M/ir');
/**
 * Lines by which the kernel or a log daemon says that lines are missing: kernel/printk/printk.c console_prepend_dropped (and
 * console_unlock before 6.0), systemd src/journal/journald-kmsg.c, rsyslog plugins/imjournal, and `mendText` for records and
 * parts that are not there. `N callbacks suppressed` is none: what is limited in its rate is no part of a report.
 */
const TELLS =
  /^(?:\*\* (?:\d+ printk messages dropped|[A-Z][A-Za-z]+#\d+ Part\d+ is missing) \*\*|Missed \d+ kernel messages|\/dev\/kmsg buffer overrun, some messages lost|imjournal: \d+ messages lost|rsyslogd.{0,40}: \d+ messages lost)/;

export function tellsLoss(message: string): boolean {
  return mayTell(message) && TELLS.test(message);
}

/** Lines behind a report's last up to which what is missing may have been its own. */
const REACH = 16;

/** Lines are missing at this place of an open report: in the middle of its trace they may be the frames that name the crash. */
export function loseLines(draft: Draft, line: Line): void {
  if (draft.section !== 'main' || draft.ended || line.number - draft.lastLine > REACH) return;
  if (draft.trace === 'open') {
    if (!reachedRoot(draft)) draft.damage ??= 'torn';
  } else if (draft.trace === 'none' && draft.frames.length === 0) draft.lossAhead = true;
}
