import { systemClock } from '../../../../infrastructure/system/system-clock.ts'
import { creations } from '../../../support/builders/event-builders.ts'
import { openSqlite } from '../../../support/sqlite/open-sqlite.ts'

const [folder = ''] = process.argv.slice(2)
const { eventStore } = openSqlite(folder, { clock: systemClock })
let revision = ((await eventStore.readStream('a', 0, 1_000_000)).at(-1)?.revision ?? -1) as number
for (;;) {
  const results = await eventStore.append(
    ['a', 'b'].map((stream) => ({ stream, expectedRevision: revision, events: creations(0, 50) })),
  )
  if (results.some(({ tag }) => tag !== 'Appended')) process.exit(3)
  revision += 50
  process.stdout.write(`${revision}\n`)
}
