import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HeartbeatBody } from '@oopstream/contracts';
import { CliError, EXIT } from './cli-error';

/** A file of the kernel's or the distribution's that says one thing; `undefined` where it says nothing to us. */
function readFact(root: string, file: string): string | undefined {
  try {
    const text = readFileSync(join(root, file), 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    // Missing, or for root only, as DMI serials are: then nobody said it.
    return undefined;
  }
}

/**
 * What a host tells about itself, as the files below `root` say: `/` on the host, where its own is mounted in a container.
 *
 * @throws CliError where no kernel release is found.
 */
export function readHostFacts(root: string): HeartbeatBody {
  const fact = (file: string): string | undefined => readFact(root, file);
  const release = fact('proc/sys/kernel/osrelease');
  if (release === undefined)
    throw new CliError(`${join(root, 'proc/sys/kernel/osrelease')} says no kernel release`, EXIT.usage);
  const machineId = fact('etc/machine-id');
  const uptime = Number(fact('proc/uptime')?.split(' ')[0] ?? NaN);
  const loaded = fact('sys/kernel/kexec_crash_loaded');
  return {
    release,
    host: fact('proc/sys/kernel/hostname'),
    machineId: /^[0-9a-f]{32}$/.test(machineId ?? '') ? machineId : undefined,
    model: fact('sys/class/dmi/id/product_name')?.slice(0, 128),
    bios: fact('sys/class/dmi/id/bios_version')?.slice(0, 128),
    livepatches: enabledLivepatches(root),
    modules: loadedModules(root),
    bootId: fact('proc/sys/kernel/random/boot_id'),
    uptimeSeconds: Number.isNaN(uptime) ? undefined : uptime,
    kdumpReady: loaded === undefined ? undefined : loaded === '1',
  };
}

/** What the API takes. */
const MAX_MODULES = 512;

/** proc(5): a line each, its name first. `undefined`: a kernel without modules, or we may not see them. */
function loadedModules(root: string): string[] | undefined {
  const lines = readFact(root, 'proc/modules')?.split('\n');
  return lines?.map((line) => line.split(' ')[0]!).slice(0, MAX_MODULES);
}

/** Documentation/ABI/testing/sysfs-kernel-livepatch */
function enabledLivepatches(root: string): string[] {
  const folder = 'sys/kernel/livepatch';
  try {
    return readdirSync(join(root, folder))
      .filter((name) => readFact(root, join(folder, name, 'enabled')) === '1')
      .sort();
  } catch {
    // A kernel without livepatching has no such folder.
    return [];
  }
}
