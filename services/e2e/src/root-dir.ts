import { resolve } from 'node:path';

/** The checkout under test. */
export const ROOT_DIR = resolve(__dirname, '../../..');
