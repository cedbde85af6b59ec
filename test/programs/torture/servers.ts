/** The servers that a stack may have, each with the setting that names it to a service. */
export const settingOf = {
  rabbitmq: 'RABBITMQ_URL',
  eventstoredb: 'EVENTSTORE_URL',
  mongodb: 'MONGODB_URL',
} as const

export type ServerName = keyof typeof settingOf

/** A private server, which can be killed. */
export interface Server {
  /** Past the proxies. */
  readonly url: string
  /** SIGKILL: what it has confirmed stays for the next start. */
  kill(): Promise<void>
  /** Resolves when the server takes connections. */
  start(): Promise<void>
}

export type Servers = ReadonlyMap<ServerName, Server>
