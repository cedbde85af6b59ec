import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, MongoClient } from 'mongodb'
import { makeCertificates } from '../../servers/certificates.ts'
import { until } from '../../until.ts'
import { type ServerProgram, startLocalServer } from './local-server.ts'
import type { PrivateServer } from './private-server.ts'

/** Three servers on the loopback address, with TLS, authentication and elections after two seconds. */
export interface ReplicaSet {
  /** With the name and password of a user who may read and write. */
  readonly url: string
  /** The same without user and TLS, and the certificate of the authority. */
  readonly parts: { readonly hosts: string; readonly caFile: string }
  readonly members: ReadonlyArray<PrivateServer>
  primary(): Promise<PrivateServer>
  /** Asks one member as an administrator. */
  ask(member: PrivateServer, command: Document): Promise<Document>
  dispose(): Promise<void>
}

const setName = 'rs'
const administrator = { user: 'administrator', pwd: 'secret', roles: ['root'] }
const user = { user: 'importer', pwd: 'hush', roles: ['readWriteAnyDatabase'] }

export const startReplicaSet = async (mongod: ServerProgram): Promise<ReplicaSet> => {
  const certificates = await makeCertificates()
  const folder = await mkdtemp(join(tmpdir(), 'profile-importer-replica-set-'))
  const [keyFile, certificate] = [join(folder, 'key'), join(folder, 'certificate.pem')]
  await writeFile(keyFile, randomBytes(96).toString('base64'), { mode: 0o600 })
  const pems = [certificates.certFile, certificates.keyFile].map((file) => readFile(file, 'utf8'))
  await writeFile(certificate, (await Promise.all(pems)).join(''), { mode: 0o600 })
  const tls = `tls=true&tlsCAFile=${encodeURIComponent(certificates.caFile)}`
  const program: ServerProgram = {
    command: mongod.command,
    argumentsFor: (port, dataFolder) => [
      ...mongod.argumentsFor(port, dataFolder),
      ...['--replSet', setName, '--keyFile', keyFile, '--oplogSize', '32', '--wiredTigerCacheSizeGB', '0.25'],
      ...['--tlsMode', 'requireTLS', '--tlsCertificateKeyFile', certificate],
      ...['--tlsCAFile', certificates.caFile, '--tlsAllowConnectionsWithoutCertificates'],
    ],
    urlOptions: `/?directConnection=true&${tls}`,
  }
  const members: Array<PrivateServer> = []
  const hostOf = ({ url }: PrivateServer) => new URL(url).host
  const dispose = async () => {
    await Promise.all(members.map((member) => member.dispose()))
    await rm(folder, { recursive: true, force: true })
    await certificates.dispose()
  }
  const ask = async ({ url }: PrivateServer, command: Document, as?: typeof administrator) => {
    const auth = as && { username: as.user, password: as.pwd }
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 1000, ...(auth && { auth }) })
    try {
      return await client.db('admin').command(command)
    } finally {
      await client.close()
    }
  }
  const primary = async () => {
    let found: PrivateServer | undefined
    await until(async () => {
      const answers = members.map((member) => ask(member, { hello: 1 }).catch(() => undefined))
      const greetings = await Promise.all(answers)
      found = members.find((_, n) => greetings[n]?.isWritablePrimary === true)
      return found !== undefined
    })
    return found as unknown as PrivateServer
  }
  try {
    members.push(...(await Promise.all([1, 2, 3].map(() => startLocalServer(program)))))
    const [first] = members as [PrivateServer]
    await ask(first, {
      replSetInitiate: {
        _id: setName,
        members: members.map((member, _id) => ({ _id, host: hostOf(member) })),
        settings: { electionTimeoutMillis: 2000, heartbeatIntervalMillis: 500 },
      },
    })
    // Whoever connects from the same machine may create the first user.
    const elected = await primary()
    const { user: name, pwd, roles } = administrator
    await ask(elected, { createUser: name, pwd, roles })
    await ask(elected, { createUser: user.user, pwd: user.pwd, roles: user.roles }, administrator)
  } catch (error) {
    await dispose()
    throw error
  }
  const hosts = members.map(hostOf).join(',')
  return {
    url: `mongodb://${user.user}:${user.pwd}@${hosts}/?authSource=admin&replicaSet=${setName}&${tls}`,
    parts: { hosts, caFile: certificates.caFile },
    members,
    primary,
    ask: (member, command) => ask(member, command, administrator),
    dispose,
  }
}
