import type { Draft } from './report';

const IN_FUNCTION =
  / in ([A-Za-z_][\w.$]*)(?:\+0x[0-9a-f]+\/0x[0-9a-f]+)?(?: \[[\w-]+\])?(?: at addr| \(|$| )/;
const AT_FUNCTION = /(?: at [\w./-]+\.[chS]:\d+ | at |in: )([A-Za-z_][\w.$]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/;
const RACE = /data-race in ([\w.$]+)(?: \/ ([\w.$]+))?/;
const CPU_PID = /CPU: ?(\d+) PID: ?(\d+)/;
const STUCK = /CPU#(\d+) stuck for .{0,40}\[(.{1,64}):(\d+)\]/;
const TASK = /^INFO: task (.+):(\d+) (?:blocked|can't die|.*blocked)/;
const SLASH_TASK = /: (.{1,16})\/(\d+)(?:\/0x[0-9a-f]+)?$/;

/** Takes from the header line what it says about the function, task and CPU. */
export function readHeaderFacts(draft: Draft, message: string): void {
  const race = draft.kind === 'kcsan' ? RACE.exec(message) : null;
  if (race) {
    for (const name of race.slice(1)) if (name !== undefined) draft.header.push(name);
    return;
  }
  const place =
    AT_FUNCTION.exec(message) ?? (message.startsWith('BUG: K') ? IN_FUNCTION.exec(message) : null);
  if (place?.[1] !== undefined && !draft.header.includes(place[1])) draft.header.push(place[1]);
  readHeaderTask(draft, message);
}

function readHeaderTask(draft: Draft, message: string): void {
  const at = CPU_PID.exec(message);
  if (at) {
    draft.cpu ??= Number(at[1]);
    draft.pid ??= Number(at[2]);
    return;
  }
  const stuck = STUCK.exec(message);
  if (stuck) {
    draft.cpu ??= Number(stuck[1]);
    draft.comm ??= stuck[2] ?? null;
    draft.pid ??= Number(stuck[3]);
    return;
  }
  const task = TASK.exec(message) ?? (draft.kind === 'atomic-sleep' ? SLASH_TASK.exec(message) : null);
  if (task) {
    draft.comm ??= task[1] ?? null;
    draft.pid ??= Number(task[2]);
  }
}
