export const profileLinksName = 'profile-links'

/** Changes if an earlier query would miss events that are recorded now. */
export const profileLinksVersion = '2'

/**
 * Runs on the server, in its own JavaScript: links every event of a profile into the profile's stream,
 * `profile-<account>.<db>.<profile id>`. These names do not start like ours, so the links are never read back.
 */
export const profileLinksQuery = `function link(state, event) {
  // Before version 2, events had no parts.
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
