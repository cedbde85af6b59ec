import type { Clock } from '../../application/ports/clock.ts'
import { counted } from '../text/counted.ts'
import type { NdjsonProgress } from './ndjson-exchange.ts'

interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface ProgressBar {
  update(progress: NdjsonProgress): void
  /** Draws the final state and ends the line. */
  done(): void
}

const redrawMs = 100
const barWidth = 24

const bar = (share: number): string => {
  const filled = Math.round(share * barWidth)
  return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${Math.floor(share * 100)} %  `
}

/** One line on a terminal that is redrawn; nothing if the output is not a terminal. */
export const createProgressBar = (
  terminal: Terminal,
  /** Bytes of the whole input; undefined if unknown. */
  totalBytes: number | undefined,
  clock: Clock,
): ProgressBar => {
  if (!terminal.isTTY) return { update: () => {}, done: () => {} }
  const start = clock.elapsed()
  let drawnAt = Number.NEGATIVE_INFINITY
  let latest: NdjsonProgress = { messages: 0, refused: 0, bytes: 0 }

  const draw = () => {
    drawnAt = clock.elapsed()
    const rate = Math.round((latest.messages * 1000) / Math.max(1, drawnAt - start))
    const share = totalBytes ? bar(Math.min(1, latest.bytes / totalBytes)) : ''
    const refused = latest.refused > 0 ? `, ${latest.refused} refused` : ''
    terminal.write(`\r\x1b[K${share}${counted(latest.messages, 'message')}${refused}, ${rate} per second`)
  }
  return {
    update: (progress) => {
      latest = progress
      if (clock.elapsed() - drawnAt >= redrawMs) draw()
    },
    done: () => {
      draw()
      terminal.write('\n')
    },
  }
}
