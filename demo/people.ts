import { seededRandom } from './random.ts'

/** A person who does not exist. The same number always gives the same person, and no two share a contact. */
export interface Person {
  readonly first: string
  readonly last: string
  readonly sex: 'female' | 'male'
  readonly born: string
  readonly email: string
  /** E.164. */
  readonly phone: string
  readonly city: string
  readonly country: string
  readonly timeZone: string
  readonly crmId: string
  readonly pushToken: string
}

const females = [
  'Anna',
  'Marta',
  'Julia',
  'Ines',
  'Chloe',
  'Olga',
  'Priya',
  'Beatriz',
  'Emily',
  'Zofia',
] as const
const males = [
  'Jonas',
  'Pavel',
  'Marc',
  'Luis',
  'Arjun',
  'Tomasz',
  'Rafael',
  'Oliver',
  'Timur',
  'Noah',
] as const
const surnames = [
  ...(['Schneider', 'Moreau', 'Taylor', 'Garcia', 'Kowalski', 'Orlov', 'Silva', 'Sharma'] as const),
  ...(['Walker', 'Akhmetov', 'Fischer', 'Lambert', 'Novak', 'Santos', 'Kaplan', 'Mehta'] as const),
] as const
const domains = ['example.com', 'example.org', 'example.net'] as const

/** The prefix followed by `digits` digits gives a possible mobile number of the country. */
const places = [
  { city: 'Berlin', country: 'DE', timeZone: 'Europe/Berlin', prefix: '+49151', digits: 8 },
  { city: 'Lyon', country: 'FR', timeZone: 'Europe/Paris', prefix: '+336', digits: 8 },
  { city: 'Leeds', country: 'GB', timeZone: 'Europe/London', prefix: '+447', digits: 9 },
  { city: 'Valencia', country: 'ES', timeZone: 'Europe/Madrid', prefix: '+346', digits: 8 },
  { city: 'Gdańsk', country: 'PL', timeZone: 'Europe/Warsaw', prefix: '+485', digits: 8 },
  { city: 'Kazan', country: 'RU', timeZone: 'Europe/Moscow', prefix: '+7900', digits: 7 },
  { city: 'Almaty', country: 'KZ', timeZone: 'Asia/Almaty', prefix: '+7701', digits: 7 },
  { city: 'São Paulo', country: 'BR', timeZone: 'America/Sao_Paulo', prefix: '+55119', digits: 8 },
  { city: 'Pune', country: 'IN', timeZone: 'Asia/Kolkata', prefix: '+9198', digits: 8 },
  { city: 'Denver', country: 'US', timeZone: 'America/Denver', prefix: '+1303', digits: 7 },
] as const

/** Prime, so that up to ten million people have different numbers that do not look sequential. */
const spread = 7_368_787

/** @param n a whole number from 0 to below 10 million */
export const personOf = (n: number): Person => {
  const random = seededRandom(n)
  const sex = random.pick(['female', 'male'])
  const first = random.pick(sex === 'female' ? females : males)
  const last = random.pick(surnames)
  const { city, country, timeZone, prefix, digits } = random.pick(places)
  const scattered = (n * spread) % 10 ** 7
  const pad = (value: number, length: number) => String(value).padStart(length, '0')
  return {
    first,
    last,
    sex,
    born: `${1950 + random.below(55)}-${pad(1 + random.below(12), 2)}-${pad(1 + random.below(28), 2)}`,
    email: `${first}.${last}.${n}@${random.pick(domains)}`.toLowerCase(),
    phone: prefix + pad(scattered, digits),
    city,
    country,
    timeZone,
    crmId: `CRM-${pad(n, 7)}`,
    pushToken: `token-${pad(scattered, 7)}`,
  }
}
