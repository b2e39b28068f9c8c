export {
  connectionFile,
  keepTokens,
  readConnection,
  removeConnection,
  writeConnection,
} from './connection-file';
export { FLEET_SERVICES } from './fleet-settings';
export type { FleetService } from './fleet-settings';
export { eraseFleet, startLocalFleet } from './local-fleet';
export type { LocalFleet, LocalFleetOptions } from './local-fleet';
export { startLocalStandalone } from './local-standalone';
export type { LocalStandalone, LocalStandaloneOptions } from './local-standalone';
export { startServiceProcess } from './service-process';
export type { ServiceProcess, ServiceProcessOptions } from './service-process';
