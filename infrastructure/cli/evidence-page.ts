import { epochOf } from '../../application/epochs.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import type { EvidenceEntry } from '../../application/questions/evidence.ts'
import { contextOf } from '../../domain/events/stored-event.ts'
import type { TextWriter } from '../system/new-private-file.ts'
import { htmlText, scriptJson } from '../text/html.ts'
import { eventLine } from './format-event.ts'
import { tellEvent } from './tell-import.ts'

/** A row of the table of values, as JSON; the names of the columns are its own. */
type Row = Readonly<Record<string, unknown>>

export interface EvidencePage {
  readonly title: string
  /** What it is about and how it was made: names and texts. */
  readonly about: Readonly<Record<string, string>>
  readonly log: LogIdentity | undefined
  /** The present values of a profile, with their sources. */
  readonly values: ReadonlyArray<Row> | undefined
  /** Further members of the JSON. */
  readonly more: Readonly<Record<string, unknown>>
  /** Gives the same each time: the events are read for the text, and again for the JSON. */
  readonly entries: () => AsyncIterable<EvidenceEntry>
}

const style = `body { font: 14px/1.45 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }
h1, h2 { line-height: 1.2 } h2 { font-size: 1.1em; border-top: 1px solid #999; padding-top: .8em }
p { margin: .2em 0; white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse } th, td { border: 1px solid #999; padding: .2em .5em; text-align: left;
vertical-align: top; overflow-wrap: anywhere } .place { color: #444; font: 12px monospace }
@media print { body { margin: 0; max-width: none } h2 { break-after: avoid } }`

/** Writes the page, with its data as JSON at the end: no scripts, and nothing that a browser would fetch. */
export const writeEvidencePage = async (file: TextWriter, page: EvidencePage): Promise<number> => {
  const { title, about, log, values, more, entries } = page
  const policy = "default-src 'none'; style-src 'unsafe-inline'"
  await file.write(
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n` +
      `<meta http-equiv="Content-Security-Policy" content="${policy}">\n` +
      `<meta name="viewport" content="width=device-width">\n<title>${htmlText(title)}</title>\n` +
      `<style>\n${style}\n</style>\n</head>\n<body>\n<h1>${htmlText(title)}</h1>\n`,
  )
  await file.write(table(Object.entries(about)))
  if (values !== undefined) {
    await file.write('<h2>Present values</h2>\n')
    for (const row of values)
      await file.write(table(Object.entries(row).map(([name, value]) => [name, textOf(value)])))
  }
  let events = 0
  for await (const entry of entries()) {
    events += 1
    await file.write(section(entry, log, events))
  }
  const line = eventLine(log ?? {})
  const members = { title, about, log: log ?? null, ...more, ...(values !== undefined && { values }) }
  await file.write(
    `<script type="application/json" id="evidence">\n${scriptJson(members).slice(0, -1)},"events":[`,
  )
  let separator = '\n'
  for await (const entry of entries()) {
    const { recorded, original, effects, reply, sha256 } = entry
    const event = { ...line(recorded), sha256: sha256 ?? null, effects, reply, original }
    await file.write(separator + scriptJson(event))
    separator = ',\n'
  }
  await file.write('\n]}\n</script>\n</body>\n</html>\n')
  return events
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const table = (rows: ReadonlyArray<readonly [string, string]>): string =>
  `<table>\n${rows.map(([name, text]) => `<tr><th>${htmlText(name)}</th><td>${htmlText(text)}</td></tr>\n`).join('')}</table>\n`

const section = (entry: EvidenceEntry, log: LogIdentity | undefined, number: number): string => {
  const { recorded, reply, sha256 } = entry
  const { position, stream, revision, eventId } = recorded
  const context = contextOf(recorded.event)
  const type = recorded.event.type === 'Unreadable' ? recorded.event.storedType : recorded.event.type
  const place =
    `epoch ${epochOf(log ?? {}, position)}, position ${position}, stream ${stream}, revision ${revision}\n` +
    `event ${eventId}\n` +
    `SHA-256 of the event: ${sha256 ?? 'cannot be read'}\n` +
    `SHA-256 of the message: ${context?.personal.sha256 ?? 'cannot be read'}`
  return [
    `<h2>${htmlText(`${number}. ${type}${context === undefined ? '' : `, ${context.public.time}`}`)}</h2>`,
    `<p class="place">${htmlText(place)}</p>`,
    ...tellEvent(entry).map((line) => `<p>${htmlText(line)}</p>`),
    ...(reply === undefined ? [] : [`<p>${htmlText(`Reply: ${JSON.stringify(reply)}`)}</p>`]),
    '',
  ].join('\n')
}
