/** Which of these a bad pointer raises depends on its value and on the register that held it. */
const BAD_ACCESS = new Set([
  'null-ptr-deref',
  'paging-request',
  'general-protection',
  'stack-segment',
  'kasan-null-ptr-deref',
  'kasan-wild-access',
]);

export function familyOf(kind: string): string {
  return BAD_ACCESS.has(kind) ? 'bad-access' : kind;
}
