import type { FrameList } from './frame-list';

/** Scheduling and waiting: a task that hangs stands here whatever it waits for. */
export const waits: FrameList = {
  name: 'waits',
  lines: [
    { pattern: '(?:en|de)queue_(?:task|entity)\\w*|pick_next_\\w+|update_curr\\w*', reason: 'the scheduler' },
    {
      pattern: 'tty_ldisc_lock\\w*|\\w+_lock_pair\\w*|fdatawait_one_bdev',
      reason: 'waits for others to finish',
    },
    {
      pattern: '_*filemap_(?:fdatawait|write_and_wait|fdatawrite)\\w*|sync_page_io|submit_bio_wait\\w*',
      reason: 'waits for pages',
    },
    {
      pattern: '_*flush_(?:work|workqueue|delayed)\\w*|kthread_(?:stop|park)|\\w*_wait_event\\w*',
      reason: 'waits for others to finish',
    },
    { pattern: 'do_read_cache_(?:page|folio)', reason: 'mm/filemap.c: waits until the page was read' },
    { pattern: '_*schedule\\w*', reason: 'the scheduler' },
    { pattern: '_*preempt_schedule\\w*', reason: 'the scheduler' },
    { pattern: 'io_schedule\\w*', reason: 'the scheduler' },
    { pattern: 'do_nanosleep', reason: 'the scheduler' },
    { pattern: 'msleep\\w*', reason: 'the scheduler' },
    { pattern: 'usleep_range\\w*', reason: 'the scheduler' },
    { pattern: '_*cond_resched\\w*', reason: 'the scheduler' },
    { pattern: 'yield\\w*', reason: 'the scheduler' },
    { pattern: '_*switch_to\\w*', reason: 'the scheduler' },
    { pattern: 'native_sched_\\w+', reason: 'the scheduler' },
    { pattern: '_*refrigerator', reason: 'the scheduler' },
    { pattern: 'try_to_freeze', reason: 'the scheduler' },
    {
      pattern:
        '_*wait_(?:on_(?:bit|page|buffer|locked|writeback|inode|freeing|common|block)|for_common|for_completion|for_random|event|queue|woken|rcu_gp|rcu_exp_gp)\\w*',
      reason: 'generic waits',
    },
    { pattern: 'do_wait_for_common', reason: 'generic waits' },
    { pattern: 'out_of_line_wait_on\\w*', reason: 'generic waits' },
    { pattern: 'bit_wait\\w*', reason: 'generic waits' },
    { pattern: '_*folio_wait\\w*', reason: 'generic waits' },
    { pattern: 'sleep_on_\\w+', reason: 'generic waits' },
    { pattern: 'do_wait_\\w*intr\\w*', reason: 'generic waits' },
    { pattern: 'rq_qos_wait', reason: 'generic waits' },
    { pattern: 'wbt_wait', reason: 'generic waits' },
    { pattern: 'wait_consider\\w*', reason: 'generic waits' },
    { pattern: 'rcuwait_\\w+', reason: 'generic waits' },
    { pattern: 'get_request_wait', reason: 'generic waits' },
    { pattern: '_*blk_mq_get_tag', reason: 'generic waits' },
    { pattern: 'blk_mq_get_(?:tag|request)', reason: 'generic waits' },
    { pattern: 'io_wait\\w*', reason: 'generic waits' },
    { pattern: 'congestion_wait', reason: 'generic waits' },
  ],
};
