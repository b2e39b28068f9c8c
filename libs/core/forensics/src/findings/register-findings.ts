import type { Finding, RegisterReading } from '../analysis';
import type { CrashCase } from '../crash-case';

/** Registers that hold no address and no data. */
const CONTROL = /^(?:[c-gs]s|rflags|eflags|cr\d|dr\d|pkru|pstate|psw_mask|msr|cr|xer|status|cause|cpsr)$/;

/** The processor state that was rebuilt from stack words, where the text prints none. */
export function findRegisters(crash: CrashCase): readonly Finding[] {
  const { recovered, trap } = crash;
  if (recovered === null || (trap?.recovered.size ?? 0) === 0) return [];
  const { values, span } = recovered.registers;
  return [
    {
      kind: 'registers-recovered',
      claim: `The words from 0x${recovered.address.toString(16)} on are the registers at the trap (struct pt_regs): ${values.size} of them recovered, ${
        recovered.shownBy === 'adjacent'
          ? 'and the saved stack pointer leads right behind them'
          : 'their flags and segments fit'
      }.`,
      confidence: recovered.shownBy === 'adjacent' ? 'certain' : 'likely',
      evidence: [{ span, note: 'pt_regs' }],
      confirm: null,
    },
  ];
}

/** Each register at the trap with what its value looks like. */
export function readRegisters(crash: CrashCase): readonly RegisterReading[] {
  const { trap, values, looks } = crash;
  if (trap === null) return [];
  const digits = values.widthBits / 4;
  return Array.from(trap.values, ([name, { value, span }]): RegisterReading => {
    const isControl = CONTROL.test(name);
    return {
      name,
      value: value.toString(16).padStart(isControl ? 0 : digits, '0'),
      origin: trap.recovered.has(name) ? 'recovered' : 'printed',
      meaning: isControl ? null : (looks.get(name)?.text ?? null),
      span,
    };
  });
}
