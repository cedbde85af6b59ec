export const profileLinksName = 'profile-links'

/** Changes when an earlier query would miss events that are recorded now. */
export const profileLinksVersion = '2'

/**
 * Runs on the server, in its own JavaScript: links every event of a profile into a stream of the profile,
 * `profile-<account>.<db>.<profile id>`. Those streams do not begin like ours, so nothing of it comes back to us.
 */
export const profileLinksQuery = `function link(state, event) {
  // Before version 2 an event had no parts.
  var of = event.data && (event.data.public || event.data)
  if (event.streamId.indexOf('profiles-') === 0 && of && of.profile_id) {
    linkTo('profile-' + of.account_id + '.' + of.db_id + '.' + of.profile_id, event)
  }
  return state
}

fromAll().when({
  $init: function () { return {} },
  ProfileCreated: link,
  ProfileUpdated: link
})
`
