/** A kernel release (`uname -r`) taken apart. Absent parts are `null`. */
export interface KernelRelease {
  /** As given. */
  readonly text: string;
  /** Upstream base: `[4, 18, 0]`; `rc` apart. */
  readonly base: readonly [number, number, number];
  readonly rc: number | null;
  readonly distribution: Distribution | null;
  /** Numbers behind the base that order builds within a branch (`147.5.1`, Debian's and Ubuntu's ABI, …). */
  readonly build: readonly number[];
  /** `el8_1`, `fc39`, `amzn2`, `el8uek`; the branch within the distribution. */
  readonly branch: string | null;
  /** `amd64`, `rt-amd64`, `cloud-amd64`, `generic`, `azure`, `default`, `debug`. */
  readonly flavour: string | null;
  readonly arch: string | null;
  /** What a builder of their own appended (`5es.14`). */
  readonly custom: string | null;
}

export type Distribution =
  | 'rhel'
  | 'centos'
  | 'fedora'
  | 'debian'
  | 'ubuntu'
  | 'suse'
  | 'amazon'
  | 'oracle-uek'
  | 'android'
  | 'mainline';
