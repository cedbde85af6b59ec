import type { GaugeSources } from '../../infrastructure/metrics/exposition.ts'

/** What the metrics ask of a service that has nothing to do. */
export const idleSources: GaugeSources = {
  version: '1.2.3',
  logIdentity: async () => undefined,
  ready: () => true,
  standingBy: () => false,
  connected: () => new Map([['imports', true]]),
  outcomeAge: () => 5,
  lags: async () => new Map([['profiles', { distance: 0, seconds: 0 }]]),
  countsEvents: true,
  unreadableEvents: async () => 0,
  freeBytes: async () => 1_000_000,
}
