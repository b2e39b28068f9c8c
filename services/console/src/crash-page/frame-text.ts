import type { Frame } from '../api/models';

/** The function without what a compiler appended: `vusb_alloc_urb.constprop.0` is `vusb_alloc_urb`. */
export function plainFunction(name: string): string {
  return name.replace(/\.(?:isra|constprop|part|cold|llvm|lto_priv)(?:\.\d+)*(?=\.|$).*/, '');
}

/** `+0x11/0x30`, as the kernel prints it; `''` where the text has no offset. */
export function offsetText(frame: Pick<Frame, 'offset' | 'size'>): string {
  if (frame.offset === null) return '';
  return `+0x${frame.offset.toString(16)}${frame.size === null ? '' : `/0x${frame.size.toString(16)}`}`;
}

/** What the signature took from a frame. */
export type FrameRole = 'blamed' | 'entry' | 'blamed, entry';

/** The role of each frame, by its index: innermost for blamed, outermost for entry. */
export function frameRoles(
  frames: readonly Pick<Frame, 'function'>[],
  named: { readonly blamed: string | null; readonly entry: string | null },
): ReadonlyMap<number, FrameRole> {
  const names = frames.map((frame) => plainFunction(frame.function));
  const roles = new Map<number, FrameRole>();
  const blamed = named.blamed === null ? -1 : names.indexOf(plainFunction(named.blamed));
  const entry = named.entry === null ? -1 : names.lastIndexOf(plainFunction(named.entry));
  if (entry !== -1) roles.set(entry, 'entry');
  if (blamed !== -1) roles.set(blamed, blamed === entry ? 'blamed, entry' : 'blamed');
  return roles;
}
