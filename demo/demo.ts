import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { countTable } from './count-table.ts'
import { importNdjson } from './import-ndjson.ts'
import { importOverRabbitMq } from './import-over-rabbitmq.ts'
import { realisticMessages } from './realistic-messages.ts'
import { runCli } from './run-cli.ts'
import { refusedFeedbackId, storyEmail } from './story.ts'

const count = 5000

const say = (...lines: ReadonlyArray<string>) => {
  for (const line of lines) process.stdout.write(`${line}\n`)
}
const heading = (text: string) => say('', `== ${text}`, '')

function* lines(messages: Iterable<Buffer>) {
  for (const message of messages) yield Buffer.concat([message, Buffer.from('\n')])
}

interface Counted {
  readonly type: string
  readonly public: { readonly verdict: string }
}

const folder = await mkdtemp(join(tmpdir(), 'profile-importer-demo-'))
const [dataFolder, file] = [join(folder, 'data'), join(folder, 'messages.ndjson')]
const repliesFile = join(folder, 'replies.ndjson')
const cli = (...argv: Array<string>) => runCli([...argv, '--data', dataFolder], { folder })

heading(`1. ${count} messages`)
await pipeline(lines(realisticMessages(count, 1)), createWriteStream(file))
say(
  'Creates profiles, changes them with every kind of matching and function, and includes some bad messages:',
  file,
)

heading('2. Import')
const url = process.env.RABBITMQ_URL
if (url)
  say('profile-importer serve, profile-importer send messages.ndjson: over RabbitMQ, on separate queues')
else
  say(
    'profile-importer import messages.ndjson > replies.ndjson',
    '(set RABBITMQ_URL to run the demo over the broker)',
  )
const { replies, rate } = url
  ? await importOverRabbitMq(url, folder, dataFolder, file, repliesFile)
  : await importNdjson(folder, dataFolder, file, repliesFile)
say(
  '',
  `${replies} replies, ${Math.round(rate)} per second: each message was decided, recorded, projected and answered.`,
)

heading('3. Replies')
const events = (await cli('events')).map((line): Counted => JSON.parse(line))
say(
  ...countTable(
    'By verdict:',
    events.map((event) => event.public.verdict),
  ),
  '',
)
const answers = (await readFile(repliesFile, 'utf8')).trimEnd().split('\n')
const codes = answers.map((line): { error: number; error_text: string } => JSON.parse(line))
say(
  ...countTable(
    'By code:',
    codes.map(({ error }) => String(error)),
  ),
  '',
)
const refusals = codes.filter(({ error }) => error !== 0)
const reasons = countTable(
  'Most frequent reasons of refusals:',
  refusals.map(({ error, error_text }) => `${error} ${error_text}`),
)
say(...reasons.slice(0, 9))

heading('4. The history of one profile')
const [found] = await cli('find', '--account', '1', '--db', '7', '--email', storyEmail)
const { profile_id }: { profile_id: string } = JSON.parse(found ?? '{}')
const history = [
  ...(await cli('history', '--profile', profile_id)),
  ...(await cli('history', '--feedback-id', refusedFeedbackId)),
].map((line): { position: string; import_id: string } => JSON.parse(line))
history.sort((a, b) => Number(a.position) - Number(b.position))
for (const { import_id } of history) say(...(await cli('explain', '--import', import_id)), '')
say('The profile is now:', found ?? '')

heading('5. Does the read model match the events?')
for (const line of await cli('verify')) {
  const { projection, documents, differences } = JSON.parse(line)
  say(`verify: ${projection}, ${documents} documents compared with the events, ${differences} differences.`)
}

heading('6. Explore')
const at = `--data ${dataFolder}`
say(
  `Everything is kept in ${folder}. Try:`,
  '',
  `  npm run -s cli -- history --profile ${profile_id} ${at}`,
  `  npm run -s cli -- profile ${profile_id} --changes ${at}`,
  `  npm run -s cli -- profile ${profile_id} --sources ${at}`,
  `  npm run -s cli -- history --feedback-id ${refusedFeedbackId} ${at}`,
  `  npm run -s cli -- find --account 1 --db 7 --matching phone --phone "+46 70 123 45 67" ${at}`,
  `  npm run -s cli -- events ${at} | head -3`,
  `  npm run -s cli -- status ${at}`,
  `  npm run -s cli -- rebuild ${at}`,
  '  npm run -s cli -- --help',
  '',
  'See README.md for the rest.',
)
