import { join } from 'node:path';
import { root } from './paths.mjs';

/** A real crash to try things with: the analysis that this project began with. */
export const sampleFile = join(root, 'docs/samples/kmalloc-usb.md');
