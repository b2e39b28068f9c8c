export { valueContext } from './context';
export { isSameFreelistSecret } from './freelist';
export { isDataKind, VALUE_KINDS, type ValueKindRow } from './kinds';
export { readValue } from './read-value';
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
