// Of the build: scripts that draw need one first.
export { seededRandom } from '../../libs/fleet-simulator/dist/seeded-random.js';
