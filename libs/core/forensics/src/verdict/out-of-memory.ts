import { told, type VerdictRule } from './rule';

export const OUT_OF_MEMORY: readonly VerdictRule[] = told([
  {
    slug: 'oom-panic',
    kind: /^oom-panic$/,
    class: 'out-of-memory',
    confidence: 'certain',
    says: 'No memory was left and the kernel was set to panic, or had nobody to kill. Who used the memory up need not be who asked last: the list of tasks and of slabs in the log says.',
    from: 'mm/oom_kill.c check_panic_on_oom, out_of_memory',
  },
  {
    slug: 'out-of-memory-message',
    kind: /^(?:panic-other|bug|warning)$/,
    headline:
      /[Oo]ut of (?:memory|SW-IOMMU space)|cannot allocate memory|Failed to allocate [\w ]{0,40}(?:bytes|memory)|[Pp]age allocation failure/,
    class: 'out-of-memory',
    confidence: 'likely',
    says: 'An allocation failed that the code cannot do without.',
    from: 'mm/memblock.c, kernel/dma/swiotlb.c and others that panic',
  },
]);
