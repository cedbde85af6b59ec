import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { exitOf } from '../../../../demo/run-cli.ts'
import { firstMessage } from '../../real-processes/first-message.ts'
import { freePort } from '../../servers/free-port.ts'
import type { PrivateServer } from './private-server.ts'

const program = fileURLToPath(new URL('../stand-in/processes/stand-in.ts', import.meta.url))
const loader = new URL('../../../../register-typescript.js', import.meta.url).href

/** The stand-in in a separate process, started; without a journal it forgets everything when it is killed. */
export const startStandInServer = async (journal?: string): Promise<PrivateServer> => {
  const port = await freePort()
  let child: ChildProcess | undefined
  const start = async () => {
    const argv = [String(port), ...(journal === undefined ? [] : [journal])]
    const started = fork(program, argv, { execArgv: ['--import', loader] })
    child = started
    await firstMessage(started, 'the stand-in of EventStoreDB')
  }
  const kill = async () => {
    child?.kill('SIGKILL')
    if (child !== undefined) await exitOf(child)
  }
  await start()
  return {
    url: `esdb://localhost:${port}?tls=false`,
    real: false,
    start,
    kill,
    suspend: async () => void child?.kill('SIGSTOP'),
    resume: async () => void child?.kill('SIGCONT'),
    dispose: kill,
  }
}
