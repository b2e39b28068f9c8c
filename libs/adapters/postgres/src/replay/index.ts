export { createAlgorithmStore } from './algorithm-store';
export { createReplayEngine } from './replay-engine';
export { createReplayStore } from './replay-store';
