// Writes docs/events/*.schema.json. With --check, fails if they are not up to date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventSchemas } from './event-schemas.ts'

const folder = join(import.meta.dirname, 'events')
const check = process.argv.includes('--check')

mkdirSync(folder, { recursive: true })
const present = new Set(readdirSync(folder).filter((file) => file.endsWith('.schema.json')))
const wrong = [...present].filter((file) => !eventSchemas.has(file))
for (const file of wrong) if (!check) rmSync(join(folder, file))

for (const [file, schema] of eventSchemas) {
  const path = join(folder, file)
  const text = `${JSON.stringify(schema, null, 2)}\n`
  if (present.has(file) && readFileSync(path, 'utf8') === text) continue
  wrong.push(file)
  if (!check) writeFileSync(path, text)
}

if (check && wrong.length > 0) {
  process.stderr.write(`out of date, run npm run schemas: ${wrong.join(', ')}\n`)
  process.exitCode = 1
}
