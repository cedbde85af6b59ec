import { readFile } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { makeCertificates } from '../servers/certificates.ts'
import { aServer } from './opened.ts'

/** A stand-in for one test, with TLS and a single user: `importer:s3cr%2Ft%40`, as in a URL. */
export const aSecuredServer = async () => {
  const certificates = await makeCertificates()
  onTestFinished(() => certificates.dispose())
  const [cert, key] = await Promise.all([readFile(certificates.certFile), readFile(certificates.keyFile)])
  const server = await aServer({ user: 'importer:s3cr/t@', tls: { cert, key } })
  const ca = encodeURIComponent(certificates.caFile)
  return {
    url: (user: string) => `esdb://${user}@localhost:${server.port}?tlsCAFile=${ca}`,
    untrusted: `esdb://importer:s3cr%2Ft%40@localhost:${server.port}`,
  }
}
