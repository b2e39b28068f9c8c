/** How the kernel came to run a subsystem's code: decides what stands below the subsystem's entry. */
export type PathContext =
  | { readonly kind: 'syscall'; readonly via: readonly string[]; readonly call: string }
  | { readonly kind: 'work'; readonly queue: string }
  | { readonly kind: 'thread' }
  | { readonly kind: 'softirq'; readonly via: readonly string[] }
  | { readonly kind: 'irq' };

/** A path through one subsystem: functions that may go wrong, and who called them, innermost first. */
export interface CallPath {
  readonly subsystem: string;
  /** Loadable module; `null` for the core kernel. */
  readonly module: string | null;
  readonly file: string;
  readonly leaves: readonly string[];
  /** Callers of every leaf, innermost first; the last is the subsystem's entry. */
  readonly callers: readonly string[];
  readonly context: PathContext;
  readonly comms: readonly string[];
}

const WRITE = { kind: 'syscall', via: ['vfs_write', 'ksys_write'], call: 'write' } as const;
const READ = { kind: 'syscall', via: ['vfs_read', 'ksys_read'], call: 'read' } as const;
const IOCTL = { kind: 'syscall', via: [], call: 'ioctl' } as const;
const EVENTS = { kind: 'work', queue: 'events' } as const;
const NAPI = { kind: 'softirq', via: ['__napi_poll', 'net_rx_action'] } as const;
const TIMER = { kind: 'softirq', via: ['call_timer_fn', 'run_timer_softirq'] } as const;
const THREAD = { kind: 'thread' } as const;
const SENDMSG = {
  kind: 'syscall',
  via: ['sock_sendmsg', '____sys_sendmsg', '___sys_sendmsg', '__sys_sendmsg'],
  call: 'sendmsg',
} as const;

type Row = readonly [
  subsystem: string,
  module: string | null,
  file: string,
  leaves: string,
  callers: string,
  context: PathContext,
  comms: string,
];

const ROWS: readonly Row[] = [
  [
    'ext4',
    'ext4',
    'fs/ext4/inode.c',
    'ext4_es_lookup_extent ext4_ext_map_blocks ext4_mb_new_blocks ext4_discard_preallocations',
    'ext4_map_blocks ext4_da_get_block_prep ext4_block_write_begin ext4_da_write_begin ext4_buffered_write_iter ext4_file_write_iter',
    WRITE,
    'rsync postgres tar',
  ],
  [
    'ext4-writeback',
    'ext4',
    'fs/ext4/page-io.c',
    'ext4_finish_bio ext4_bio_write_folio ext4_release_io_end',
    'mpage_submit_folio mpage_process_page_bufs mpage_prepare_extent_to_map ext4_do_writepages ext4_writepages do_writepages __writeback_single_inode writeback_sb_inodes wb_writeback wb_workfn',
    { kind: 'work', queue: 'writeback' },
    'kworker/u64:2',
  ],
  [
    'xfs',
    'xfs',
    'fs/xfs/libxfs/xfs_btree.c',
    'xfs_btree_lookup_get_block xfs_alloc_cur_check xfs_rmapbt_init_cursor',
    'xfs_alloc_ag_vextent_near xfs_alloc_vextent_iterate_ags xfs_bmap_btalloc xfs_bmapi_allocate xfs_bmapi_write xfs_iomap_write_unwritten xfs_end_ioend xfs_end_io',
    { kind: 'work', queue: 'xfs-conv/dm-3' },
    'kworker/5:1',
  ],
  [
    'xfs-log',
    'xfs',
    'fs/xfs/xfs_log.c',
    'xlog_state_get_iclog_space xlog_cil_insert_items xlog_grant_push_threshold',
    'xfs_log_commit_cil __xfs_trans_commit xfs_trans_roll xfs_defer_finish_noroll xfs_rename xfs_vn_rename',
    { kind: 'syscall', via: ['vfs_rename', 'do_renameat2'], call: 'renameat2' },
    'dockerd containerd',
  ],
  [
    'btrfs',
    'btrfs',
    'fs/btrfs/ctree.c',
    'btrfs_search_slot_get_root btrfs_bin_search_first btrfs_set_path_blocking',
    'btrfs_search_slot btrfs_lookup_csum btrfs_csum_file_blocks btrfs_finish_one_ordered btrfs_finish_ordered_io btrfs_work_helper',
    { kind: 'work', queue: 'btrfs-endio-write' },
    'kworker/u16:9',
  ],
  [
    'nfs',
    'nfsv4',
    'fs/nfs/nfs4proc.c',
    'nfs4_state_mark_reclaim nfs4_handle_exception nfs4_update_open_stateid',
    'nfs4_opendata_to_nfs4_state _nfs4_open_and_get_state nfs4_do_open nfs4_atomic_open nfs4_file_open',
    {
      kind: 'syscall',
      via: ['do_dentry_open', 'path_openat', 'do_filp_open', 'do_sys_openat2'],
      call: 'openat',
    },
    'httpd slurmd',
  ],
  [
    'rpc',
    'sunrpc',
    'net/sunrpc/xprt.c',
    'xprt_request_dequeue_xprt xprt_switch_get_next rpc_wake_up_task_on_wq',
    'call_transmit_status __rpc_execute rpc_async_schedule',
    { kind: 'work', queue: 'rpciod' },
    'kworker/u97:0',
  ],
  [
    'tcp',
    null,
    'net/ipv4/tcp_input.c',
    'tcp_rack_detect_loss tcp_sacktag_walk tcp_trim_head tcp_update_skb_after_send',
    'tcp_ack tcp_rcv_established tcp_v4_do_rcv tcp_v4_rcv ip_protocol_deliver_rcu ip_local_deliver_finish ip_local_deliver ip_rcv __netif_receive_skb_one_core netif_receive_skb_list_internal',
    NAPI,
    'swapper/3 nginx',
  ],
  [
    'mlx5',
    'mlx5_core',
    'drivers/net/ethernet/mellanox/mlx5/core/en_rx.c',
    'mlx5e_skb_from_cqe_mpwrq_nonlinear mlx5e_xdp_handle mlx5e_page_release_dynamic mlx5e_build_rx_skb',
    'mlx5e_handle_rx_cqe_mpwrq mlx5e_poll_rx_cq mlx5e_napi_poll',
    NAPI,
    'swapper/11 ksoftirqd/11',
  ],
  [
    'ixgbe',
    'ixgbe',
    'drivers/net/ethernet/intel/ixgbe/ixgbe_main.c',
    'ixgbe_clean_tx_irq ixgbe_xdp_ring_update_tail',
    'ixgbe_poll',
    NAPI,
    'swapper/0 ksoftirqd/0',
  ],
  [
    'i40e',
    'i40e',
    'drivers/net/ethernet/intel/i40e/i40e_main.c',
    'i40e_sync_vsi_filters i40e_fdir_flush_and_replay i40e_detect_recover_hung',
    'i40e_sync_filters_subtask i40e_service_task',
    { kind: 'work', queue: 'i40e' },
    'kworker/14:0',
  ],
  [
    'nvme',
    'nvme',
    'drivers/nvme/host/pci.c',
    'nvme_unmap_data nvme_complete_batch_req nvme_handle_cqe',
    'nvme_pci_complete_rq nvme_poll_cq nvme_irq',
    { kind: 'irq' },
    'swapper/7 mysqld',
  ],
  [
    'nvme-reset',
    'nvme_core',
    'drivers/nvme/host/core.c',
    'nvme_remove_invalid_namespaces nvme_mpath_clear_ctrl_paths nvme_auth_reset',
    'nvme_init_ctrl_finish nvme_start_ctrl_locked nvme_reset_work',
    { kind: 'work', queue: 'nvme-reset-wq' },
    'kworker/u128:4',
  ],
  [
    'usb',
    'usbcore',
    'drivers/usb/core/devio.c',
    'usbfs_increase_memory_usage proc_do_submiturb snoop_urb_data',
    'usbdev_do_ioctl usbdev_ioctl',
    IOCTL,
    'fwupd upsd',
  ],
  [
    'drm',
    'amdgpu',
    'drivers/gpu/drm/amd/amdgpu/amdgpu_cs.c',
    'amdgpu_vm_bo_update amdgpu_cs_dependencies amdgpu_sync_resv_fences',
    'amdgpu_cs_submit_jobs amdgpu_cs_ioctl drm_ioctl_kernel drm_ioctl amdgpu_drm_ioctl',
    IOCTL,
    'Xorg python3',
  ],
  [
    'kvm',
    'kvm',
    'arch/x86/kvm/mmu/mmu.c',
    'kvm_tdp_mmu_map_spte kvm_mmu_hugepage_adjust_level mmu_topup_shadow_caches',
    'direct_page_fault_in kvm_tdp_page_fault kvm_mmu_do_page_fault kvm_mmu_page_fault vcpu_enter_guest kvm_arch_vcpu_ioctl_run kvm_vcpu_ioctl',
    IOCTL,
    'qemu-system-x86 CPU0/KVM',
  ],
  [
    'memcg',
    null,
    'mm/memcontrol.c',
    'mem_cgroup_iter_break_ref mem_cgroup_track_foreign mem_cgroup_uncharge_swap_range',
    'shrink_node_memcgs shrink_node balance_pgdat kswapd',
    THREAD,
    'kswapd0 kswapd1',
  ],
  [
    'overlayfs',
    'overlay',
    'fs/overlayfs/namei.c',
    'ovl_check_origin_fh ovl_lookup_index_entry ovl_path_next_layer',
    'ovl_lookup_layer ovl_lookup lookup_slow_locked walk_component_step link_path_walk_part',
    { kind: 'syscall', via: ['path_openat', 'do_filp_open', 'do_sys_openat2'], call: 'openat' },
    'runc java',
  ],
  [
    'raid5',
    'raid456',
    'drivers/md/raid5.c',
    'raid5_get_active_stripe_locked handle_stripe_clean_event r5c_check_cached_full_stripe',
    'handle_stripe handle_active_stripes raid5d md_thread',
    THREAD,
    'md127_raid5',
  ],
  [
    'dm-thin',
    'dm_thin_pool',
    'drivers/md/dm-thin.c',
    'process_prepared_mapping_pass dm_pool_inc_data_range_at build_data_key_at',
    'process_thin_deferred_bios process_deferred_bios do_worker_thin',
    { kind: 'work', queue: 'dm-thin' },
    'kworker/u32:1',
  ],
  [
    'scsi',
    'mpt3sas',
    'drivers/scsi/mpt3sas/mpt3sas_scsih.c',
    '_scsih_sas_device_remove _scsih_expander_node_remove mpt3sas_transport_port_remove_phy',
    '_scsih_sas_topology_change_event _mpt3sas_fw_work _firmware_event_work',
    { kind: 'work', queue: 'fw_event_mpt3sas0' },
    'kworker/u64:7',
  ],
  [
    'netfilter',
    'nf_conntrack',
    'net/netfilter/nf_conntrack_core.c',
    'nf_ct_gc_expired_entry nf_ct_seqadj_init_ext nf_conntrack_hash_grow',
    'gc_worker',
    EVENTS,
    'kworker/2:2',
  ],
  [
    'ipvs',
    'ip_vs',
    'net/netfilter/ipvs/ip_vs_conn.c',
    'ip_vs_conn_expire_nulls ip_vs_unbind_dest_ref ip_vs_sync_conn_v1',
    'ip_vs_conn_expire',
    TIMER,
    'swapper/9',
  ],
  [
    'nftables',
    'nf_tables',
    'net/netfilter/nf_tables_api.c',
    'nft_set_elem_deactivate_all nf_tables_rule_release_expr nft_chain_validate_depth',
    'nf_tables_commit_chain nf_tables_commit nfnetlink_rcv_batch nfnetlink_rcv netlink_unicast netlink_sendmsg',
    SENDMSG,
    'nft kube-proxy',
  ],
  [
    'sctp',
    'sctp',
    'net/sctp/outqueue.c',
    'sctp_outq_select_transport_list sctp_chunk_put_all sctp_prsctp_prune_sent',
    'sctp_outq_flush sctp_do_sm_side sctp_primitive_SEND sctp_sendmsg_to_asoc sctp_sendmsg inet_sendmsg',
    SENDMSG,
    'amf smf',
  ],
  [
    'vhost',
    'vhost_net',
    'drivers/vhost/net.c',
    'vhost_net_build_xdp vhost_get_vq_desc_next vhost_zerocopy_signal_used',
    'handle_tx_copy handle_tx vhost_task_run',
    THREAD,
    'vhost-4711',
  ],
  [
    'io-uring',
    null,
    'io_uring/io_uring.c',
    'io_req_task_complete_batch io_ring_exit_work_cancel io_kbuf_recycle_legacy',
    'io_submit_flush_completions io_submit_sqes',
    { kind: 'syscall', via: [], call: 'io_uring_enter' },
    'fio scylla',
  ],
  [
    'fuse',
    'fuse',
    'fs/fuse/dev.c',
    'fuse_request_end_bg fuse_copy_fill_page fuse_dev_wake_waiters',
    'fuse_dev_do_read fuse_dev_read',
    READ,
    'glusterfs sshfs',
  ],
  [
    'cifs',
    'cifs',
    'fs/smb/client/connect.c',
    'cifs_abort_connection_reqs smb2_reconnect_server_ses cifs_put_tcp_session_last',
    'cifs_reconnect_once cifs_readv_from_socket cifs_demultiplex_thread',
    THREAD,
    'cifsd',
  ],
  [
    'ceph',
    'libceph',
    'net/ceph/osd_client.c',
    'osd_req_op_extent_dup link_request_osd target_copy_pool',
    'handle_osd_map_scan handle_map_changed ceph_osdc_handle_map osd_dispatch ceph_con_workfn',
    { kind: 'work', queue: 'ceph-msgr' },
    'kworker/8:3',
  ],
  [
    'bpf',
    null,
    'kernel/bpf/hashtab.c',
    'htab_lru_map_delete_node_cb bpf_lru_list_shrink_inactive pcpu_copy_value_init',
    'htab_map_update_elem bpf_map_update_value map_update_elem',
    { kind: 'syscall', via: ['__sys_bpf'], call: 'bpf' },
    'cilium-agent bpftrace',
  ],
  [
    'perf',
    null,
    'kernel/events/core.c',
    'perf_cgroup_switch_ctx visit_groups_merge_next perf_event_groups_rotate',
    'ctx_sched_in_groups perf_event_sched_in perf_install_in_context_locked perf_event_open_install',
    { kind: 'syscall', via: [], call: 'perf_event_open' },
    'perf pcp',
  ],
];

/** Paths through the kernel as its reports show them. */
export const CALL_PATHS: readonly CallPath[] = ROWS.map(
  ([subsystem, module, file, leaves, callers, context, comms]) => ({
    subsystem,
    module,
    file,
    leaves: leaves.split(' '),
    callers: callers.split(' '),
    context,
    comms: comms.split(' '),
  }),
);

/** Shared code that others' mistakes blow up in: the victim, never the culprit. */
export const VICTIMS: readonly string[] = [
  '__kmalloc',
  'kmem_cache_alloc',
  'kfree',
  'memcpy_erms',
  '_raw_spin_lock_irqsave',
  'strlen',
  'kmem_cache_free',
];
