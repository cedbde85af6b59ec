import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

// We replace, or rely on, something that these packages do not promise.
test.each(['amqplib', '@eventstore/db-client'])(
  '%s is installed in exactly one version, the stated one',
  (name) => {
    const stated: unknown = dependencies[name]
    expect(stated).toMatch(/^\d+\.\d+\.\d+$/)
    const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'))
    expect(version).toBe(stated)
  },
)
