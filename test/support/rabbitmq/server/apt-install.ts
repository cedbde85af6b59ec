import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const policy = '/usr/sbin/policy-rc.d'

/** Root on Debian or Ubuntu. */
export const aptMayInstall = (): boolean =>
  process.getuid?.() === 0 &&
  existsSync('/usr/bin/apt-get') &&
  existsSync('/etc/os-release') &&
  /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))

/** Installs the package without starting its system service. Throws if apt fails. */
export const aptInstallRabbitMq = (): void => {
  process.stderr.write('RabbitMQ is not installed: running apt-get install -y rabbitmq-server\n')
  // Debian's way of saying that a package must not start its service.
  const holdBack = !existsSync(policy)
  if (holdBack) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    apt('update')
    apt('install', '-y', '--no-install-recommends', 'rabbitmq-server')
  } finally {
    if (holdBack) rmSync(policy)
  }
  if (existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', 'rabbitmq-server'])
}

const apt = (...argv: Array<string>): void => {
  const { status } = spawnSync('/usr/bin/apt-get', ['-q', ...argv], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    // Standard output belongs to the caller's data.
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error(`apt-get ${argv[0]} failed`)
}
