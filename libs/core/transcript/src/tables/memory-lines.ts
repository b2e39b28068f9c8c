/**
 * Lines about the memory object in question. Groups: `cache`, `size` (of the object), `object` (its address), `access`
 * (read, write or free), `bytes` (of the access), `at` (its address), `inside`, `beyond` and `before` (where the access
 * began: bytes from the object's begin, past its end, ahead of it).
 */
export interface MemoryRow {
  readonly match: RegExp;
  readonly from: string;
}

const KASAN = 'mm/kasan/report.c print_error_description';
const OBJECT = 'mm/kasan/report.c describe_object_addr';
const KFENCE = 'mm/kfence/report.c kfence_report_error';

export const MEMORY_LINES: readonly MemoryRow[] = [
  {
    match:
      /^(?<access>Read|Write)(?: of size (?<bytes>\d+))?(?: at addr (?<at>[0-9a-f]{8,16}))? by task .{1,64}\/\d+/,
    from: KASAN,
  },
  { match: /^(?<access>Free) of addr (?<at>[0-9a-f]{8,16}) by task /, from: KASAN },
  {
    match: /^BUG: KASAN: [\w-]+ in \S+(?: \[[\w-]+\])? at addr (?<at>[0-9a-f]{8,16})/,
    from: 'mm/kasan/report.c print_error_description (to 4.9)',
  },
  { match: /^The buggy address belongs to the object at (?<object>[0-9a-f]{8,16})/, from: OBJECT },
  { match: /^which belongs to the cache (?<cache>\S{1,64}) of size (?<size>\d+)/, from: OBJECT },
  { match: /^The buggy address is located (?<inside>\d+) bytes inside of/, from: OBJECT },
  { match: /^The buggy address is located (?<beyond>\d+) bytes to the right of/, from: OBJECT },
  { match: /^The buggy address is located (?<before>\d+) bytes to the left of/, from: OBJECT },
  {
    match: /^Object at (?<object>[0-9a-f]{8,16}), in cache (?<cache>\S{1,64}) size: (?<size>\d+)/,
    from: 'mm/kasan/report.c kasan_object_err (to 4.11)',
  },
  {
    match:
      /^Out-of-bounds (?<access>read|write) at 0x(?<at>[0-9a-f]{8,16}) \((?:(?<before>\d+)B left|(?<beyond>\d+)B right) of kfence-#/,
    from: KFENCE,
  },
  {
    match: /^(?:Use-after-free|Invalid) (?<access>read|write) at 0x(?<at>[0-9a-f]{8,16})/,
    from: KFENCE,
  },
  { match: /^Invalid (?<access>free) of 0x(?<at>[0-9a-f]{8,16})/, from: KFENCE },
  { match: /^Corrupted memory at 0x(?<at>[0-9a-f]{8,16}) /, from: KFENCE },
  {
    match:
      /^kfence-#\d+(?:: | \[)0x(?<object>[0-9a-f]{8,16})-0x[0-9a-f]{8,16}, size=(?<size>\d+), cache=(?<cache>[^\s\]]{1,64})/,
    from: 'mm/kfence/report.c kfence_print_object',
  },
  {
    match: /^BUG (?<cache>[\w:.,-]{1,64})(?: \(.{0,40}\))?: /,
    from: 'mm/slub.c slab_bug',
  },
  { match: /^(?:INFO: )?Object 0x(?<object>[0-9a-f]{8,16}) @offset=\d+/, from: 'mm/slub.c print_trailer' },
  {
    match: /^(?:INFO: )?0x(?<at>[0-9a-f]{8,16})-0x[0-9a-f]{8,16}(?: @offset=\d+)?\. First byte/,
    from: 'mm/slub.c check_bytes_and_report',
  },
  {
    match: /^unreferenced object 0x(?<object>[0-9a-f]{8,16}) \(size (?<size>\d+)\)/,
    from: 'mm/kmemleak.c print_unreferenced',
  },
  {
    match:
      /^usercopy: Kernel memory (?:exposure|overwrite) attempt detected (?:from|to) (?:SLUB|SLAB) object '(?<cache>[^']{1,64})' \(offset (?<inside>\d+), size (?<bytes>\d+)\)!/,
    from: 'mm/usercopy.c usercopy_abort',
  },
  {
    match: /^Memory access of size (?<bytes>\d+) starts at (?<at>[0-9a-f]{8,16})/,
    from: 'mm/kmsan/report.c kmsan_report',
  },
];

/** `addr: bytes` dumps, by what stands in front. Groups `at` and `bytes`. */
export const DUMP_LINES: readonly {
  readonly match: RegExp;
  readonly what: 'object' | 'before' | 'redzone' | 'padding' | 'shadow';
  readonly from: string;
}[] = [
  {
    match:
      /^Object {1,4}(?:\(?0x)?(?<at>[0-9a-f]{8,16})\)?: (?<bytes>[0-9a-f]{2}(?: [0-9a-f]{2}){0,15})(?: |$)/,
    what: 'object',
    from: 'mm/slub.c print_trailer',
  },
  {
    match: /^Bytes b4 {1,4}(?:0x)?(?<at>[0-9a-f]{8,16}): (?<bytes>[0-9a-f]{2}(?: [0-9a-f]{2}){0,15})(?: |$)/,
    what: 'before',
    from: 'mm/slub.c print_trailer',
  },
  {
    match: /^Redzone {1,4}(?:0x)?(?<at>[0-9a-f]{8,16}): (?<bytes>[0-9a-f]{2}(?: [0-9a-f]{2}){0,15})(?: |$)/,
    what: 'redzone',
    from: 'mm/slub.c print_trailer',
  },
  {
    match: /^Padding {1,4}(?:0x)?(?<at>[0-9a-f]{8,16}): (?<bytes>[0-9a-f]{2}(?: [0-9a-f]{2}){0,15})(?: |$)/,
    what: 'padding',
    from: 'mm/slub.c print_trailer, slab_pad_check',
  },
  {
    match: /^>?(?<at>[0-9a-f]{8,16}): (?<bytes>[0-9a-f]{2}(?: [0-9a-f]{2}){15})\s*$/,
    what: 'shadow',
    from: 'mm/kasan/report.c print_memory_metadata',
  },
];
