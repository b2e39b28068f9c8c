/**
 * What x86 instructions do to their operands, by AT&T mnemonic without size suffix. Source: Intel SDM volume 2.
 * An instruction that is in no list reads and writes its last operand and reads the others.
 */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** The last operand is only read. */
export const READS_LAST = words(`
  cmp test push jmp ljmp call lcall bt div idiv mul ucomiss ucomisd comiss comisd ptest lgdt lidt lldt ltr lmsw verr verw
  clflush clflushopt clwb cldemote xrstor xrstor64 xrstors xrstors64 fxrstor fxrstor64 fldenv fldcw frstor ldmxcsr
  invept invvpid invpcid vmptrld vmxon vmclear vmwrite wrmsr int out outs wrfsbase wrgsbase
  ptwrite umonitor incsspd incsspq rstorssp cmps scas enter wrpkru sysexit sysret ret lret iret
  fld fild fbld fadd fsub fmul fdiv fcom fcomp loop loope loopne jcxz jecxz jrcxz`);

/** The last operand is only written. */
export const WRITES_LAST = words(`
  mov movabs movz movs movzb movzw movsb movsw movsl movsx movzx movsxd movslq movzbl movzbw movzbq movzwl movzwq movsbl
  movsbw movsbq movswl movswq movbe lea pop stos lods in ins str sldt sgdt sidt smsw xsave xsave64 xsavec xsavec64
  xsaveopt xsaveopt64 xsaves xsaves64 fxsave fxsave64 fnsave fnstenv fnstcw fnstsw stmxcsr rdfsbase rdgsbase rdrand
  rdseed rdpid popcnt lzcnt tzcnt vmread vmptrst movnti lar lsl movd movdqa movdqu movaps movups movapd movupd
  movntdq movntps movntdqa movss movhps movlps lddqu pshufd pextrw pextrd pextrq pmovmskb fst fstp fist fistp fisttp fbstp
  andn bextr bzhi rorx sarx shlx shrx pdep pext mulx blsi blsr blsmsk movdir64b movdiri lds les lfs lgs lss
  seto setno setb setae sete setne setbe seta sets setns setp setnp setl setge setle setg`);

/** The memory operand is an address that is not accessed. */
export const ADDRESS_ONLY = words(`
  lea nop prefetch prefetcht0 prefetcht1 prefetcht2 prefetchnta prefetchw prefetchwt1 invlpg ud0 ud1 bndmk`);

/** The last operand is read and written: what needs no list, but a size suffix may follow these. */
export const CHANGES_LAST = words(`
  add adc sub sbb and or xor inc dec neg not shl shr sal sar rol ror rcl rcr shld shrd bts btr btc cmpxchg imul leave
  pushf popf cmpxchg8b cmpxchg16b bswap`);

/** Both operands are written. */
export const WRITES_BOTH = words('xchg xadd');

/** Operands are (rsi) and (rdi), named or not. */
export const STRING_OPERATIONS = words('movs stos lods cmps scas ins outs');

/** Registers written without being named, widest names of x86_64. */
export const IMPLICIT_WRITES: ReadonlyMap<string, readonly string[]> = new Map([
  ['mul', ['rax', 'rdx']],
  ['div', ['rax', 'rdx']],
  ['idiv', ['rax', 'rdx']],
  ['cltq', ['rax']],
  ['cwtl', ['rax']],
  ['cbtw', ['rax']],
  ['cltd', ['rdx']],
  ['cqto', ['rdx']],
  ['cwtd', ['rdx']],
  ['cmpxchg', ['rax']],
  ['cmpxchg8b', ['rax', 'rdx']],
  ['cmpxchg16b', ['rax', 'rdx']],
  ['rdmsr', ['rax', 'rdx']],
  ['rdtsc', ['rax', 'rdx']],
  ['rdtscp', ['rax', 'rcx', 'rdx']],
  ['rdpmc', ['rax', 'rdx']],
  ['rdpkru', ['rax', 'rdx']],
  ['xgetbv', ['rax', 'rdx']],
  ['cpuid', ['rax', 'rbx', 'rcx', 'rdx']],
  ['lahf', ['rax']],
  ['leave', ['rbp', 'rsp']],
  ['push', ['rsp']],
  ['pushf', ['rsp']],
  ['pop', ['rsp']],
  ['popf', ['rsp']],
  ['call', ['rsp']],
  ['ret', ['rsp']],
  ['iret', ['rsp']],
  ['movs', ['rsi', 'rdi']],
  ['stos', ['rdi']],
  ['lods', ['rsi', 'rax']],
  ['cmps', ['rsi', 'rdi']],
  ['scas', ['rdi']],
  ['ins', ['rdi']],
  ['outs', ['rsi']],
  ['loop', ['rcx']],
  ['loope', ['rcx']],
  ['loopne', ['rcx']],
  ['syscall', ['rcx', 'r11']],
]);
