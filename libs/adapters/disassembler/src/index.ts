export { DISASSEMBLED, openDisassembler } from './disassembler';
