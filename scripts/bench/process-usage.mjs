import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used, and its memory in MB with its fair share of what it shares; from /proc. */
export function usageOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    memoryMb: Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1] ?? 0) / 1024,
  };
}

/** Usage of processes and of everything below them, summed; the CPU of children that ended is not in it. */
export function usageOfTrees(pids) {
  return pids
    .flatMap((pid) => {
      const children = childrenOf(pid);
      return [usageOf(pid), ...(children.length === 0 ? [] : [usageOfTrees(children)])];
    })
    .reduce((sum, one) => ({
      cpuSeconds: sum.cpuSeconds + one.cpuSeconds,
      memoryMb: sum.memoryMb + one.memoryMb,
    }));
}

export function childrenOf(pid) {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
