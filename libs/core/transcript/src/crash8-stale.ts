import type { Frame } from './reading';

const SYSCALL_ENTRY =
  /^(?:do_syscall_64|do_fast_syscall_32|do_int80_syscall_32|do_SYSENTER_32|el0_svc_common)/;
const LOWEST = /^(?:entry_|ret_from_|system_call|sysret|tracesys|asm_|syscall_)/;

/** With randomised stack offsets, crash 8.0.2 prints what earlier calls left below the first system-call entry. */
export function withoutStale(frames: readonly Frame[]): Frame[] {
  const entry = frames.findIndex((frame) => SYSCALL_ENTRY.test(frame.function));
  if (entry < 0) return withoutOldFaults(frames);
  return frames.map((frame, i) =>
    i > entry && !LOWEST.test(frame.function) ? { ...frame, reliable: false } : frame,
  );
}

/** What a page fault of user space leaves on the stack: without its entry (`asm_exc_page_fault`) it is over. */
const FAULT_LEFT =
  /^(?:exit_to_user_mode\w*|syscall_exit_to_user_mode|do_user_addr_fault|_*handle_mm_fault|do_(?:\w*fault|\w+_page)|set_pte|page_add_\w+|_*mod_\w+_state|filemap_map_pages)$/;

/** Where the stack shows no system call above its entry, the walk went astray over what an earlier fault left. */
function withoutOldFaults(frames: readonly Frame[]): Frame[] {
  let from = frames.length - 1;
  if (!/^entry_SYSCALL_64/.test(frames[from]?.function ?? '')) return [...frames];
  while (from > 0 && FAULT_LEFT.test(frames[from - 1]?.function ?? '')) from--;
  return frames.map((frame, i) =>
    i >= from && i < frames.length - 1 ? { ...frame, reliable: false } : frame,
  );
}
