import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What `deploy/make-secrets` creates: the text of each file, by name. */
export const madeSecrets = (): ReadonlyMap<string, string> => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-importer-secrets-'))
  try {
    cpSync('deploy', join(folder, 'deploy'), { recursive: true })
    execFileSync(join(folder, 'deploy', 'make-secrets'), { stdio: 'ignore' })
    const secrets = join(folder, 'secrets')
    return new Map(readdirSync(secrets).map((name) => [name, readFileSync(join(secrets, name), 'utf8')]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
