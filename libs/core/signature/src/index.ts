export { ALGORITHM_VERSION, sign } from './sign';
export type { HashText, Signature } from './sign';
