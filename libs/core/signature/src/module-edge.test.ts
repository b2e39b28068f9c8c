import type { Blame } from './blame';
import { nameForKeys } from './module-edge';
import type { Candidate } from './stack';

function named(functions: readonly string[], module: string | null, at = 0): string | null {
  const candidates = functions.map((name): Candidate => ({ name, module: null, source: 'stack' }));
  const blame: Blame = { function: functions[at] ?? null, module, steps: [], rule: 'of the test' };
  return nameForKeys(blame, candidates);
}

describe('name of a module’s init and exit function in keys', () => {
  it.each([['frob_init'], ['init_module'], ['_MODULE_INIT_START_frobnic']])(
    '%s is one with its other names',
    (name) => {
      expect(named([name, 'do_one_initcall'], 'frobnic')).toBe('init of frobnic');
      expect(named(['mutex_lock', name, 'do_one_initcall'], 'frobnic', 1)).toBe('init of frobnic');
    },
  );

  it('crash(8) names the module in the function', () => {
    expect(named(['_MODULE_INIT_START_frobnic', 'do_one_initcall'], null)).toBe('init of frobnic');
    expect(named(['_MODULE_INIT_TEXT_START_frob-nic', 'do_one_initcall'], null)).toBe('init of frob-nic');
  });

  it.each([['__do_sys_delete_module'], ['__x64_sys_delete_module'], ['SyS_delete_module']])(
    'what %s called is the exit',
    (caller) => {
      expect(named(['frob_exit', caller], 'frobnic')).toBe('exit of frobnic');
      expect(named(['cleanup_module', caller], 'frobnic')).toBe('exit of frobnic');
    },
  );

  it('keeps every other name', () => {
    expect(named(['frob_probe', 'local_pci_probe', 'do_one_initcall'], 'frobnic')).toBe('frob_probe');
    // Built into the kernel: it has one name.
    expect(named(['frob_init', 'do_one_initcall'], null)).toBe('frob_init');
    expect(named([], 'frobnic')).toBeNull();
  });
});
