export interface Credentials {
  readonly username: string
  readonly password: string
}

const number = /^\d+$/
const boolean = /^(true|false)$/

/**
 * The options that the client accepts, by name (ignoring case and separators), and their allowed values. Omitted:
 * `throwOnAppendFailure`, without which conflicts are reported wrongly, and user certificates.
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
 * Undefined if it is not an EventStoreDB URL. User and password may be missing only without TLS: the client would
 * otherwise append differently (@see CallOptions), and no server with TLS lets anonymous users read $all.
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
