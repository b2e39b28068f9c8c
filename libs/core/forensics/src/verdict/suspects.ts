import type { Frame, StackRole } from '@oopstream/core-transcript';
import type { ValueKind } from '../values';
import { bareName, ownFrame, type Scene } from './scene';

/** A subsystem by the data that it leaves in memory, and how its functions and modules are called. */
export interface Subsystem {
  readonly name: string;
  readonly kinds: readonly ValueKind[];
  readonly match: RegExp;
}

const SUBSYSTEMS: readonly Subsystem[] = [
  { name: 'USB', kinds: ['usb-descriptor'], match: /usb|urb|hcd|gadget|^hid|_hid/i },
  {
    name: 'network',
    kinds: ['network', 'mac-address'],
    match: /^net|_net|eth|skb|nic|xmit|napi|^ip_|^ip6|^tcp|^udp|wlan|wifi|80211|bridge|bond|_[tr]x_|^[tr]x_/i,
  },
  { name: 'PCI', kinds: ['pci'], match: /pci/i },
];

/** Which subsystem's data a bad pointer's bytes are; `null` where they are nobody's in particular. */
export function subsystemOf({ badValues }: Scene): Subsystem | null {
  for (const { readings } of badValues) {
    const best = readings.find(({ kind }) => kind !== 'non-canonical');
    const subsystem = SUBSYSTEMS.find(({ kinds }) => best !== undefined && kinds.includes(best.kind));
    if (subsystem !== undefined) return subsystem;
  }
  return null;
}

/** The innermost function of the crash's own stack that belongs to a subsystem. */
export function frameOf({ crash }: Scene, { match }: Subsystem): Frame | null {
  const { frames } = crash.reading;
  return (
    frames.find(
      (one) => one.reliable && ownFrame([one]) !== null && match.test(`${one.function} ${one.module ?? ''}`),
    ) ?? null
  );
}

/** Modules that are not part of the kernel's tree, or are proprietary or unsigned, by the letters behind their names. */
export function foreignModules({ crash }: Scene): readonly string[] {
  return crash.details.modules.filter(({ flags }) => /[OPE]/.test(flags)).map(({ name }) => name);
}

/** The function that a stack of the report names, for instance who freed the object. */
export function ownerOf(
  { crash }: Scene,
  role: StackRole,
): { readonly name: string; readonly module: string | null } | null {
  const stack = crash.details.stacks.find((one) => one.role === role);
  return stack === undefined ? null : ownFrame(stack.frames);
}

export const isSameFunction = (one: string, other: string | null | undefined): boolean =>
  other != null && bareName(one) === bareName(other);
