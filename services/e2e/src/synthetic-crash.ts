/** An oops of our own making: the same bug on each host (one incident), other bytes for each `serial`. */
export function syntheticOops(serial: number, fault = 'synth_lookup', release = '6.1.0-47-amd64'): string {
  const at = (offset: number) => `[${String(1000 + serial)}.${String(100000 + offset)}]`;
  return [
    `${at(1)} BUG: kernel NULL pointer dereference, address: 0000000000000008`,
    `${at(2)} #PF: supervisor read access in kernel mode`,
    `${at(3)} #PF: error_code(0x0000) - not-present page`,
    `${at(4)} Oops: 0000 [#1] PREEMPT SMP NOPTI`,
    `${at(5)} CPU: 1 PID: ${1000 + (serial % 30000)} Comm: synthctl Not tainted ${release} #1  Debian 6.1.170-1`,
    `${at(6)} Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-debian-1.16.2-1 04/01/2014`,
    `${at(7)} RIP: 0010:${fault}+0x21/0x60`,
    `${at(8)} Call Trace:`,
    `${at(9)}  <TASK>`,
    `${at(10)}  synth_get+0x1c/0x40`,
    `${at(11)}  synth_ioctl+0x8a/0x120`,
    `${at(12)}  __x64_sys_ioctl+0x91/0xd0`,
    `${at(13)}  do_syscall_64+0x55/0xb0`,
    `${at(14)}  entry_SYSCALL_64_after_hwframe+0x6e/0xd8`,
    `${at(15)}  </TASK>`,
    `${at(16)} ---[ end trace 0000000000000000 ]---`,
    `${at(17)} Kernel panic - not syncing: Fatal exception`,
    '',
  ].join('\n');
}
