import { expect, test } from 'vitest'
import type { Clock } from '../../../application/ports/clock.ts'
import { createProgressBar } from '../../../infrastructure/ndjson/progress-bar.ts'

const simulated = () => {
  let now = 0
  const clock: Clock = { now: () => 0, elapsed: () => now, sleep: async () => {}, turn: async () => {} }
  const pass = (ms: number) => {
    now += ms
  }
  return { clock, pass }
}

const terminal = (isTTY: boolean) => {
  const written: Array<string> = []
  return { isTTY, write: (text: string) => void written.push(text), written }
}

test('shows messages, rate and share on a terminal, redrawn, but not for every message', () => {
  const { clock, pass } = simulated()
  const screen = terminal(true)
  const bar = createProgressBar(screen, 1000, clock)
  bar.update({ messages: 0, refused: 0, bytes: 0 })
  pass(1000)
  bar.update({ messages: 200, refused: 0, bytes: 250 })
  bar.update({ messages: 201, refused: 0, bytes: 251 })
  pass(1000)
  bar.update({ messages: 800, refused: 3, bytes: 1000 })
  bar.done()
  expect(screen.written).toEqual([
    '\r\x1b[K[------------------------] 0 %  0 messages, 0 per second',
    '\r\x1b[K[######------------------] 25 %  200 messages, 200 per second',
    '\r\x1b[K[########################] 100 %  800 messages, 3 refused, 400 per second',
    '\r\x1b[K[########################] 100 %  800 messages, 3 refused, 400 per second',
    '\n',
  ])
})

test('shows no share if the size is unknown', () => {
  const { clock, pass } = simulated()
  const screen = terminal(true)
  const bar = createProgressBar(screen, undefined, clock)
  pass(500)
  bar.update({ messages: 10, refused: 0, bytes: 100 })
  pass(500)
  bar.update({ messages: 1, refused: 0, bytes: 10 })
  expect(screen.written).toEqual(['\r\x1b[K10 messages, 20 per second', '\r\x1b[K1 message, 1 per second'])
})

test('writes nothing if it is not a terminal', () => {
  const pipe = terminal(false)
  const bar = createProgressBar(pipe, 1000, simulated().clock)
  bar.update({ messages: 10, refused: 0, bytes: 100 })
  bar.done()
  expect(pipe.written).toEqual([])
})
