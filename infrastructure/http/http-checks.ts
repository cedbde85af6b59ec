import { once } from 'node:events'
import { createServer } from 'node:net'
import type { CheckGroup } from '../../application/ports/check.ts'
import { fileProblem } from '../text/file-problem.ts'
import { liveBody, livePath } from './http-server.ts'
import { CannotListen, listen } from './listen.ts'

interface HttpChecksOptions {
  readonly HTTP_HOST: string
  readonly HTTP_PORT: number
}

/** Milliseconds that a running service may take to say that it is live. */
const patience = 2000

/** Whether `serve` can listen on this address, or a service already does. */
export const httpChecks = ({ HTTP_HOST: host, HTTP_PORT: port }: HttpChecksOptions): CheckGroup => ({
  name: `HTTP_HOST ${host}, HTTP_PORT ${port}`,
  open: async () => {
    const isFree = await canListen(host, port)
    if (!isFree && !(await isService(host, port)))
      throw new Error('another program uses the port: stop it, or set another HTTP_PORT')
    return {
      remark: isFree ? undefined : 'a running service uses the port',
      checks: [],
      close: async () => {},
    }
  },
})

/** False if the port is in use. @throws Error */
const canListen = async (host: string, port: number): Promise<boolean> => {
  const server = createServer((socket) => socket.destroy())
  try {
    await listen(server, host, port)
  } catch (error) {
    if (!(error instanceof CannotListen)) throw error
    if (error.isInUse) return false
    throw new Error(`cannot listen: ${fileProblem(error.cause)}: set another HTTP_HOST or HTTP_PORT`)
  }
  const closed = once(server, 'close')
  server.close()
  await closed
  return true
}

const isService = async (host: string, port: number): Promise<boolean> => {
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  try {
    const answer = await fetch(origin + livePath, { signal: AbortSignal.timeout(patience) })
    return (await answer.text()) === liveBody
  } catch {
    return false
  }
}
