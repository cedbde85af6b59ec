import type { JsonObject } from '../domain/json.ts'
import { badMessage } from './bad-messages.ts'
import { creation, update } from './good-messages.ts'
import { seededRandom } from './random.ts'
import { story } from './story.ts'

const percentBad = 6
const percentCreations = 45

/**
 * Message bodies as a marketing platform would send them: people who appear and change, with all kinds of matching and
 * functions; some messages that must be refused; and those of the story. None contains a line break. The same count and
 * seed always give the same messages.
 * @param count at least the number of messages in the story
 */
export function* realisticMessages(count: number, seed: number): Generator<Buffer> {
  const random = seededRandom(seed)
  let people = 0
  let told = 0
  for (let i = 0; i < count; i++) {
    const chapter = story[told]
    if (chapter !== undefined && i >= Math.floor((told * count) / story.length)) {
      told++
      yield body(chapter)
      continue
    }
    const feedback_id = `m-${i + 1}`
    const chance = random.below(100)
    if (people === 0 || chance < percentCreations) yield body({ ...creation(people++, random), feedback_id })
    else if (chance < 100 - percentBad) yield body({ ...update(random.below(people), random), feedback_id })
    else yield badMessage(random.below(people), feedback_id, random)
  }
}

const body = (message: JsonObject): Buffer => Buffer.from(JSON.stringify(message))
