/**
 * Functions that follow a list of free objects, which lies in memory that others may write over: mm/slub.c, mm/slab.c,
 * mm/page_alloc.c, and pools that a driver names so. Those that only take a pointer to free are none.
 */
const WALKS_FREE_OBJECTS =
  /^_*(?:(?:kv?|do_k)(?:m|z|c)alloc(?!_large)\w*|kmem_cache_alloc\w*|slab_alloc\w*|(?:get|prefetch)_freepointer\w*|get_partial\w*|get_any_partial|deactivate_slab|unfreeze_partials|put_cpu_partial|free_to_partial_list|slab_free|do_slab_free|freelist_\w+|cache_alloc\w*|free_block|rmqueue\w*|get_page_from_freelist|free_pcppages_bulk|\w+_(?:pool|slab|freelist)_(?:alloc|get)\w*)$/;

/** Whether a function, without compiler suffix, reads the links of free objects. */
export const walksFreeObjects = (name: string): boolean => WALKS_FREE_OBJECTS.test(name);
