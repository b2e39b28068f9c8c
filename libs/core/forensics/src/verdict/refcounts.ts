import { told, type VerdictRule } from './rule';

export const REFCOUNTS: readonly VerdictRule[] = told([
  {
    slug: 'refcount-underflow',
    kind: /^refcount$/,
    headline: /underflow; use-after-free/,
    class: 'refcount-misuse',
    confidence: 'certain',
    says: 'A reference was dropped that nobody held: some path puts once too often, or gets too seldom, and the object may be freed while in use.',
    from: 'lib/refcount.c refcount_warn_saturate REFCOUNT_SUB_UAF',
  },
  {
    slug: 'refcount-from-zero',
    kind: /^refcount$/,
    headline: /addition on 0|increment on 0|increment on zero/,
    class: 'refcount-misuse',
    confidence: 'certain',
    says: 'A reference was taken on an object whose count had reached zero: it is being freed already.',
    from: 'lib/refcount.c refcount_warn_saturate REFCOUNT_ADD_UAF',
  },
  {
    slug: 'refcount-saturated',
    kind: /^refcount$/,
    headline: /saturated; leaking memory/,
    class: 'refcount-misuse',
    confidence: 'certain',
    says: 'The count ran over or was saturated before: references are taken and not dropped, or the word is no count any more.',
    from: 'lib/refcount.c refcount_warn_saturate REFCOUNT_ADD_OVF',
  },
  {
    slug: 'refcount',
    kind: /^refcount$/,
    class: 'refcount-misuse',
    confidence: 'certain',
    says: 'The check of a reference count failed: gets and puts of this object do not pair up.',
    from: 'lib/refcount.c',
  },
  {
    slug: 'reference-kept',
    kind: /^ref-leak$/,
    headline: /waiting for .* to become free|still in use|Busy inodes|file count is 0/,
    class: 'refcount-misuse',
    confidence: 'likely',
    says: 'Somebody keeps or lost a reference that should have been dropped by now; who took it, this text does not say.',
    victim: true,
    from: 'net/core/dev.c netdev_wait_allrefs, fs/dcache.c umount_check, fs/super.c generic_shutdown_super, fs/open.c filp_close',
  },
]);
