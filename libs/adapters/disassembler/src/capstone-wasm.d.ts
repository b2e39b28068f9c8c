/** The part of capstone-wasm that is used; its own declarations cannot be found from CommonJS. */
declare module 'capstone-wasm' {
  interface Insn {
    readonly size: number;
    readonly mnemonic: string;
    readonly opStr: string;
  }

  export class Capstone {
    constructor(arch: number, mode: number);
    /** @throws Error when the bytes are no instruction, with {@link errNo} 0 */
    disasm(data: Uint8Array, options: { readonly address: bigint; readonly count: number }): Insn[];
    errNo(): number;
  }

  export const Const: {
    readonly CS_ARCH_ARM: number;
    readonly CS_ARCH_ARM64: number;
    readonly CS_ERR_OK: number;
    readonly CS_MODE_ARM: number;
    readonly CS_MODE_LITTLE_ENDIAN: number;
    readonly CS_MODE_THUMB: number;
  };

  export function loadCapstone(): Promise<void>;
}
