export { valueContext } from './context';
export { isSameFreelistSecret } from './freelist';
export { isDataKind, VALUE_KINDS, type ValueKindRow } from './kinds';
export { inRole } from './layout';
export { readBytes } from './read-bytes';
export { readValue } from './read-value';
export { readWords } from './read-words';
export type {
  AddressArea,
  AddressedWord,
  BytesReading,
  KnownRange,
  ValueContext,
  ValueDetails,
  ValueKind,
  ValueReading,
  ValueRole,
  WordsReading,
} from './reading';
