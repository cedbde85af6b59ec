export interface Credentials {
  readonly username: string
  readonly password: string
}

const number = /^\d+$/
const boolean = /^(true|false)$/

/**
 * The options that the client takes, by their names in its spelling without case and separators, and what each may be.
 * Left out: `throwOnAppendFailure`, because a conflict is told wrongly without it, and certificates of a user.
 */
const options: ReadonlyMap<string, RegExp> = new Map([
  ['tls', boolean],
  ['tlsverifycert', /^true$/],
  ['tlscafile', /./],
  ['connectionname', /./],
  ['nodepreference', /^(leader|follower|random|read_?only_?replica)$/i],
  ['defaultdeadline', number],
  ['maxdiscoverattempts', number],
  ['discoveryinterval', number],
  ['gossiptimeout', number],
  ['keepaliveinterval', number],
  ['keepalivetimeout', number],
])

const host = String.raw`[\w.-]+(?::\d{1,5})?`
const pattern = new RegExp(
  String.raw`^esdb(?:\+discover)?://(?:([^:@/?]+):([^:@/?]+)@)?${host}(?:,${host})*/?(?:\?(.+))?$`,
)

/**
 * Checked before the client sees it, because the client prints a URL that it does not understand, with its password.
 * Undefined when it is not a URL of EventStoreDB. User and password may be missing only without TLS: the client would
 * append in another way then (@see CallOptions), and no server with TLS lets the nameless read $all.
 */
export const parseEventStoreUrl = (url: string): { readonly credentials: Credentials } | undefined => {
  const parts = pattern.exec(url)
  if (parts === null) return undefined
  const [, username, password, query] = parts
  const stated = query === undefined ? [] : query.split('&').map((option) => option.split('='))
  for (const [key = '', value = '', ...rest] of stated) {
    const allowed = options.get(key.toLowerCase().replace(/[_-]/g, ''))
    if (!allowed?.test(value) || /[@?]/.test(value) || rest.length > 0) return undefined
  }
  const secure = !stated.some(([key, value]) => key?.toLowerCase() === 'tls' && value === 'false')
  if (username === undefined || password === undefined) {
    return secure ? undefined : { credentials: { username: '', password: '' } }
  }
  try {
    return {
      credentials: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    }
  } catch {
    return undefined
  }
}
