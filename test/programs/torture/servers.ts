/** The servers that a stack may have, each with the setting by which a service finds it. */
export const settingOf = {
  rabbitmq: 'RABBITMQ_URL',
  eventstoredb: 'EVENTSTORE_URL',
  mongodb: 'MONGODB_URL',
} as const

export type ServerName = keyof typeof settingOf

/** A private server, which can be killed. */
export interface Server {
  /** The URL that bypasses the proxies. */
  readonly url: string
  /** SIGKILL: whatever it has confirmed remains for the next start. */
  kill(): Promise<void>
  /** Resolves when the server accepts connections. */
  start(): Promise<void>
}

export type Servers = ReadonlyMap<ServerName, Server>
