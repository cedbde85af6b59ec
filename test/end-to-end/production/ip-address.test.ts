import { readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { aServer } from '../../support/eventstoredb/opened.ts'
import { cliHome } from '../../support/real-processes/cli.ts'
import { makeCertificates } from '../../support/servers/certificates.ts'

test('an IP address in the URL of a TLS server causes no warning of Node', async () => {
  const certificates = await makeCertificates()
  onTestFinished(() => certificates.dispose())
  const [cert, key] = await Promise.all([readFile(certificates.certFile), readFile(certificates.keyFile)])
  const { port } = await aServer({ user: 'importer:secret', tls: { cert, key } })
  const ca = encodeURIComponent(certificates.caFile)
  const EVENTSTORE_URL = `esdb://importer:secret@127.0.0.1:${port}?tlsCAFile=${ca}`
  const { stderr } = await cliHome().run(['status'], { env: { EVENTSTORE_URL } })
  expect(stderr).not.toContain('Deprecation')
  expect(stderr).toMatch(/^(error: EventStoreDB: .*\n)?$/)
})
