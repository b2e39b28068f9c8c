// By itself, for programs that need neither a database nor a broker and should start at once.
export { DISASSEMBLED, openDisassembler } from '@oopstream/adapter-disassembler';
