/** A line of `dmesg`. */
export const STAMPED = /^(\[ *\d+\.\d{6}\])(?: (.*))?$/;
/** Other captures of the same log: each rewrites a line that carries a time stamp. */
export const CAPTURES: Readonly<Record<string, (stamp: string, message: string, n: number) => string>> = {
  level: (stamp, message) => `<4>${stamp} ${message}`,
  caller: (stamp, message) => `${stamp}[  T4711] ${message}`,
  syslog: (_stamp, message) => `Nov 22 19:01:02 node-7 kernel: ${message}`,
  'syslog with stamps': (stamp, message) => `Nov 22 19:01:02 node-7 kernel: ${stamp} ${message}`,
  journal: (_stamp, message) => `2026-11-22T19:01:02.123456+0100 node-7 kernel: ${message}`,
  'dmesg -x': (stamp, message) => `kern  :warn  : ${stamp} ${message}`,
  netconsole: (stamp, message, n) => `4,${n},${stamp.replace(/[[\] .]/g, '')},-;${message}`,
};

export function recapture(
  text: string,
  capture: (stamp: string, message: string, n: number) => string,
): string {
  return text
    .split('\n')
    .map((line, n) => {
      const m = STAMPED.exec(line);
      return m ? capture(m[1] ?? '', m[2] ?? '', n) : line;
    })
    .join('\n');
}
