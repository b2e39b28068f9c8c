import type { Reading } from '@oopstream/core-transcript';

type RiscArch = Exclude<NonNullable<Reading['arch']>, 'x86_64' | 'i386'>;

/** Which instructions of an architecture access memory, and which write no register. */
export interface RiscAccess {
  readonly loads: RegExp;
  readonly stores: RegExp;
  /** Atomic read-modify-write. */
  readonly changes: RegExp;
  /** Address formed, nothing accessed. */
  readonly addresses: RegExp;
  readonly traps: RegExp;
  readonly calls: RegExp;
  readonly jumps: RegExp;
  readonly returns: RegExp;
  /** Instructions that write none of their registers, loads and stores aside. */
  readonly writesNothing: RegExp;
}

const NEVER = /^(?!)/;

/** Sources: Arm ARM (A64, A32), Power ISA 3.1, RISC-V unprivileged ISA, MIPS64, z/Architecture, LoongArch manuals. */
export const RISC_ACCESS: Readonly<Record<RiscArch, RiscAccess>> = {
  arm64: {
    loads: /^ld(?!add|clr|eor|set|[su]max|[su]min|g$)/,
    stores: /^st(?!add|clr|eor|set)/,
    changes: /^(?:cas|swp|ld(?:add|clr|eor|set|[su]max|[su]min)|st(?:add|clr|eor|set))/,
    addresses: /^(?:prfm|prfum|dc|ic|at)$/,
    traps: /^(?:brk|hlt|udf|svc|hvc|smc)$/,
    calls: /^(?:bl|blr|blraa?z?|blrabz?)$/,
    jumps: /^(?:b|br|b\.[a-z]{2}|cbn?z|tbn?z|braa?z?|brabz?)$/,
    returns: /^(?:ret|reta[ab]|eret|ereta[ab])$/,
    writesNothing:
      /^(?:cmp|cmn|tst|ccmp|ccmn|fcmp|msr|nop|hint|isb|dsb|dmb|yield|wfe|wfi|sev|b|b\.|cb|tb|ret|br)/,
  },
  arm: {
    loads: /^(?:ldr|ldm|ldrex|pop|lda|vldr|vldm|vld)/,
    stores: /^(?:str|stm|push|stl|vstr|vstm|vst)/,
    changes: /^swp/,
    addresses: /^pld/,
    traps: /^(?:udf|bkpt|svc|hvc|smc)/,
    calls: /^(?:bl|blx)(?:[a-z]{2})?$/,
    jumps: /^(?:b|bx)(?:eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al)?(?:\.[nw])?$|^cbn?z$/,
    returns: NEVER,
    writesNothing: /^(?:cmp|cmn|tst|teq|msr|nop|isb|dsb|dmb|yield|wfe|wfi|sev|b|cb)/,
  },
  powerpc: {
    loads: /^l(?:[bhwdq]|f[sd]|mw|v[ex]|xv?[dvw]|[hw]br|[hw]a)(?!i$)/,
    stores: /^st(?:[bhwdq]|f[sd]|mw|v[ex]|xv?[dvw])/,
    changes: NEVER,
    addresses: /^(?:dcb[a-z]*|icbi|dst|dstst)$/,
    traps: /^(?:trap|t[dw]i?|t[dw](?:eq|ne|lge|lle|lt|gt|le|ge|llt|lgt)i?)$/,
    calls: /^(?:bl|bctrl|blrl|bla)$/,
    jumps: /^b(?!l$|ctrl$|lrl$|la$|lr$)/,
    returns: /^(?:blr|rfid|hrfid|rfi|rfscv)$/,
    writesNothing: /^(?:cmp|b|sync|lwsync|isync|eieio|nop|mt|hwsync|ptesync|sc$)/,
  },
  riscv: {
    loads: /^(?:c\.)?(?:l[bhwd]u?|ldsp|lwsp|fl[wd]|lr\.[wd])(?:\.|$)/,
    stores: /^(?:c\.)?(?:s[bhwd]|sdsp|swsp|fs[wd]|sc\.[wd])(?:\.|$)/,
    changes: /^amo/,
    addresses: NEVER,
    traps: /^(?:c\.)?(?:ebreak|unimp|ecall)$/,
    calls: /^(?:call|jal|jalr|c\.jalr)$/,
    jumps: /^(?:c\.)?(?:j|jr|b[a-z]{2,4}|tail)$/,
    returns: /^(?:ret|sret|mret)$/,
    writesNothing: /^(?:c\.)?(?:b|j|fence|nop|csrw|sfence|wfi)/,
  },
  mips: {
    loads: /^(?:l[bhwd]u?|l[wd][lr]|lld?|lwc1|ldc1)$/,
    stores: /^(?:s[bhwd]|s[wd][lr]|scd?|swc1|sdc1)$/,
    changes: NEVER,
    addresses: /^(?:pref|cache)$/,
    traps: /^(?:break|syscall|teq|tne|tge|tgeu|tlt|tltu)i?$/,
    calls: /^(?:jal|jalr|bal)/,
    jumps: /^(?:j|jr|b[a-z]*)$/,
    returns: /^eret$/,
    writesNothing: /^(?:b|j|nop|sync|mt)/,
  },
  s390x: {
    loads: /^l(?!a|gr|r$|gf?i$|hi|ghi|arl|t[gfr]|[cnp]g?r|oc|ll?g[fhc]r|g[bhf]r|[bh]r)/,
    stores: /^st/,
    changes: /^(?:cs|csg|csy|laa|lan|lao|lax)/,
    addresses: /^la/,
    traps: /^(?:j|trap|mc|illegal)$/,
    calls: /^(?:bras|brasl|basr|bas|bal|balr)$/,
    jumps: /^(?:br|j[a-z]+|bc|brc|brcl|bcr|b[a-z]{1,2}r?)$/,
    returns: /^(?:br|lpswe?)$/,
    writesNothing: /^(?:c|t|st|br|j|b|mv|xc|nc|oc)/,
  },
  loongarch: {
    loads: /^(?:ld\.|ldx\.|ldptr\.|fld|ll\.|vld)/,
    stores: /^(?:st\.|stx\.|stptr\.|fst|sc\.|vst)/,
    changes: /^am/,
    addresses: /^preld/,
    traps: /^(?:break|syscall)$/,
    calls: /^(?:bl|jirl)$/,
    jumps: /^(?:b|beqz|bnez|b[a-z]{2,4}|jr)$/,
    returns: /^(?:ret|ertn)$/,
    writesNothing: /^(?:b|jr|nop|dbar|ibar|csrwr)/,
  },
};
