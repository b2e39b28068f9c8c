/** Stops what global-setup.mjs started, also after a failure. */
export default async function globalTeardown() {
  await globalThis.__oopstreamTestServers?.stop();
}
