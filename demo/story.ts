import type { JsonObject } from '../domain/json.ts'
import { demoDatabase } from './good-messages.ts'

/** The profile whose history the demo shows; its messages are spread among the others. */
export const storyEmail = 'ada.lindgren@example.com'
/** The message of the story that is refused. */
export const refusedFeedbackId = 'ada-4'

const address = { ...demoDatabase, email: storyEmail }

export const story: ReadonlyArray<JsonObject> = [
  {
    ...address,
    feedback_id: 'ada-1',
    data: {
      email: ' Ada.Lindgren@Example.com ',
      phones: ['0046 70 123 45 67'],
      _fname: 'Ada',
      _city: 'Malmö',
      bonus: 100,
      segments: ['newsletter'],
    },
  },
  {
    ...demoDatabase,
    matching: 'phone',
    phone: '+46 (70) 123-45-67',
    feedback_id: 'ada-2',
    data: { bonus: { action: 'incr', value: 25 }, segments: { action: 'add', value: ['vip', 'newsletter'] } },
  },
  {
    ...address,
    feedback_id: 'ada-3',
    data: {
      _lname: 'Lindgren',
      _city: 'Göteborg',
      subscriptions: [{ channel: 'email', resource_id: 24, email: storyEmail, status: 'active' }],
    },
  },
  {
    ...address,
    feedback_id: refusedFeedbackId,
    data: { bonus: 'a lot', _city: { action: 'incr', value: 1 } },
  },
  {
    ...demoDatabase,
    matching: 'email_sub',
    email: storyEmail,
    feedback_id: 'ada-5',
    update_only: true,
    data: {
      _city: null,
      subscriptions: [{ channel: 'email', resource_id: 24, email: storyEmail, status: 'unsubscribed' }],
    },
  },
  { ...address, feedback_id: 'ada-6', data: { _fname: 'Ada' } },
]
