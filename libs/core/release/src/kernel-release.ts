export type Distribution =
  | 'rhel'
  | 'fedora'
  | 'debian'
  | 'ubuntu'
  | 'suse'
  | 'amazon'
  | 'oracle-uek'
  | 'azure-linux'
  | 'android'
  | 'upstream';

/** A kernel release (`uname -r`) taken apart. Parts that the text does not have are `null` or empty. */
export interface KernelRelease {
  /** As given. */
  readonly text: string;
  /** Upstream version: `[4, 18, 0]`. Two numbers get a 0 (`3.10` is 3.10.0). */
  readonly base: readonly [number, number, number];
  /** Release candidate of `base`. */
  readonly candidate: number | null;
  /** Who builds it; RHEL's rebuilds (CentOS, Alma, Rocky, Oracle's own) are `rhel`; `null` where the text does not tell. */
  readonly distribution: Distribution | null;
  /** Line of the distribution in which builds follow one another (`el8`, `fc39`, `amzn2`, `150500`); `null` where it has none. */
  readonly line: string | null;
  /** Update of that line which has builds of its own (RHEL 8.1: `1` of `el8_1`). */
  readonly update: number | null;
  /** Numbers that order builds within a line, most significant first (`[147, 5, 1]`; Debian, Ubuntu: the ABI). */
  readonly build: readonly number[];
  /** Variant of the configuration (`rt`, `cloud`, `generic`, `aws`, `default`, `debug`). */
  readonly flavour: string | null;
  /** Architecture as the distribution spells it (`x86_64`, `amd64`, `686-pae`). */
  readonly arch: string | null;
  /** What somebody put in besides (`5es.14`, `g550c01d`, `next-20190103`): such a kernel has an order of its own. */
  readonly custom: string | null;
}
