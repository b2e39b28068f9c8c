import type { FrameList } from './frame-list';

/** The way from an exception of user space to the memory manager: a dispatcher only where nothing lies below it. */
export const faultDispatchers: FrameList = {
  name: 'fault-dispatchers',
  lines: [
    { pattern: 'do_user_addr_fault', reason: 'page faults from user space' },
    { pattern: '_*do_page_fault', reason: 'page faults from user space' },
    { pattern: '(?:async_)?page_fault', reason: 'page faults from user space' },
    { pattern: 'handle_page_fault', reason: 'page faults from user space' },
    { pattern: 'do_mem_abort', reason: 'page faults from user space' },
    { pattern: 'do_translation_fault', reason: 'page faults from user space' },
    { pattern: 'do_DataAbort', reason: 'page faults from user space' },
    { pattern: 'do_PrefetchAbort', reason: 'page faults from user space' },
    { pattern: 'trace_do_page_fault', reason: 'page faults from user space' },
    { pattern: 'do_async_page_fault', reason: 'page faults from user space' },
    { pattern: 'do_dat_exception', reason: 'page faults from user space' },
    { pattern: 'data_access_common', reason: 'page faults from user space' },
    {
      pattern:
        '(?:asm_)?exc_\\w+|error_(?:code|entry)|el[01]h?_(?:64_)?\\w+|__dabt_\\w+|___do_page_fault|do_sect_fault|__do_user_fault',
      reason: 'page faults from user space',
    },
  ],
};
