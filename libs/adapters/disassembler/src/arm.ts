import type { DecodedInstruction, Disassemble } from '@oopstream/core-forensics';
import { parseInstructionText } from '@oopstream/core-forensics';
import type * as CapstoneModule from 'capstone-wasm';

/** An A64 or A32 word; Thumb takes two or four bytes. */
const MAX_BYTES = 4;

/** Capstone, compiled to WebAssembly for arm and arm64, ready when this settles. */
export async function openArm(capstone: typeof CapstoneModule): Promise<Disassemble> {
  const { Capstone, Const } = capstone;
  await capstone.loadCapstone();
  const arm64 = new Capstone(Const.CS_ARCH_ARM64, Const.CS_MODE_LITTLE_ENDIAN);
  const arm = new Capstone(Const.CS_ARCH_ARM, Const.CS_MODE_ARM);
  const thumb = new Capstone(Const.CS_ARCH_ARM, Const.CS_MODE_THUMB);
  return (arch, bytes, address): DecodedInstruction | null => {
    if (arch !== 'arm64' && arch !== 'arm') return null;
    const isThumb = arch === 'arm' && (address & 1n) === 1n;
    if (bytes.length < (isThumb ? 2 : MAX_BYTES)) return null;
    const machine = arch === 'arm64' ? arm64 : isThumb ? thumb : arm;
    const at = BigInt.asIntN(64, address & ~1n);
    try {
      const [decoded] = machine.disasm(bytes.subarray(0, MAX_BYTES), { address: at, count: 1 });
      if (decoded === undefined) return null;
      const text = `${decoded.mnemonic} ${decoded.opStr}`.trim();
      const parsed = parseInstructionText(text, arch);
      return parsed === null ? null : { ...parsed, text, lengthBytes: decoded.size };
    } catch (error) {
      if (machine.errNo() === Const.CS_ERR_OK) return null;
      throw error;
    }
  };
}
