/** What the expressions of framing.ts and the scanner of prefix-scan.ts have in common. */

/** Prefixes that may stand before one message. */
export const MAX_PREFIXES = 8;
/** Blanks that may stand before a prefix, and one more. */
export const MAX_BLANKS = 24;

/** Tag of syslog where it stands without time and host. */
export const BARE_TAG_WORD = 'kernel:';

/** Facilities and levels as dmesg -x prints them (util-linux, sys-utils/dmesg.c). */
export const KERNEL_FACILITY = 'kern';
export const OTHER_FACILITIES: string[] = [
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'local\\d',
];
export const FACILITY_LEVELS: string[] = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];
