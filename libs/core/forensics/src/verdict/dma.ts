import { told, type VerdictRule } from './rule';

export const DMA: readonly VerdictRule[] = told([
  {
    slug: 'dma-api-table',
    headline: /(?:kernel\/dma|lib)\/(?:dma-)?debug\.c/,
    fault: /^add_dma_entry$/,
    class: 'bad-dma',
    confidence: 'hint',
    says: 'The checker of the DMA interface counts more overlapping mappings of one cache line than it expects: often harmless, at times a buffer mapped twice.',
    from: 'kernel/dma/debug.c add_dma_entry',
  },
  {
    slug: 'dma-api',
    headline: /(?:kernel\/dma|lib)\/(?:dma-)?debug\.c|DMA-API: .*(?:device driver|mapping error|has pending)/,
    class: 'bad-dma',
    confidence: 'certain',
    says: 'The checker of the DMA interface stopped a driver that maps, syncs or unmaps what it should not: size, direction, address or device do not fit the mapping.',
    from: 'kernel/dma/debug.c check_unmap, check_sync',
  },
  {
    slug: 'iommu-fault',
    headline:
      /DMAR: (?:\[|DRHD: handling fault)|AMD-Vi: Event logged|IO_PAGE_FAULT|arm-smmu.*(?:context fault|event 0x)/,
    class: 'bad-dma',
    confidence: 'likely',
    says: 'The IOMMU refused an access of a device to memory that is not mapped for it: the driver gave it a wrong address, took the mapping away too early, or the device goes astray.',
    from: 'drivers/iommu/intel/dmar.c dmar_fault, drivers/iommu/amd/iommu.c amd_iommu_report_page_fault',
  },
]);
