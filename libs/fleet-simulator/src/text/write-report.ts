import type { Scene, TextLine } from '../scene';
import { reportArm64 } from './arm64';
import { reportX86 } from './x86-64';

const LINE_SECONDS = 0.000041;

/** The report as it is in the kernel's own log. */
export function writeReport(scene: Scene): TextLine[] {
  const lines = scene.branch.arch === 'arm64' ? reportArm64(scene) : reportX86(scene);
  return lines.map((text, n) => ({ level: 4, text, seconds: scene.uptimeSeconds + n * LINE_SECONDS }));
}
