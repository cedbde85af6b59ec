import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Certificates {
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  dispose(): Promise<void>
}

/**
 * A new certificate authority, and its server certificate for localhost and 127.0.0.1, as PEM files valid for a day.
 */
export const makeCertificates = async (): Promise<Certificates> => {
  const folder = await mkdtemp(join(tmpdir(), 'profile-importer-tls-'))
  const path = (name: string) => join(folder, name)
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', path(name)]
  await openssl(
    'req',
    '-x509',
    ...key('ca.key'),
    '-subj',
    '/CN=Test authority',
    '-days',
    '1',
    '-out',
    path('ca.pem'),
  )
  await openssl('req', '-new', ...key('key.pem'), '-subj', '/CN=localhost', '-out', path('server.csr'))
  await writeFile(path('server.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  const authority = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial']
  const request = ['-req', '-in', path('server.csr'), '-extfile', path('server.ext')]
  await openssl('x509', ...request, ...authority, '-days', '1', '-out', path('cert.pem'))
  // A broker in a container runs as another user.
  await Promise.all([chmod(folder, 0o755), chmod(path('key.pem'), 0o644)])
  return {
    caFile: path('ca.pem'),
    certFile: path('cert.pem'),
    keyFile: path('key.pem'),
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}

const openssl = async (...argv: Array<string>): Promise<void> => {
  try {
    await promisify(execFile)('openssl', argv)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('the tests need the openssl command line to make certificates')
    }
    throw error
  }
}
