export const profileLinksName = 'profile-links'

/**
 * Runs on the server, in its own JavaScript: links every event of a profile into a stream of the profile,
 * `profile-<account>.<db>.<profile id>`. Those streams do not begin like ours, so nothing of it comes back to us.
 */
export const profileLinksQuery = `function link(state, event) {
  var data = event.data
  if (event.streamId.indexOf('profiles-') === 0 && data && data.profile_id) {
    linkTo('profile-' + data.account_id + '.' + data.db_id + '.' + data.profile_id, event)
  }
  return state
}

fromAll().when({
  $init: function () { return {} },
  ProfileCreated: link,
  ProfileUpdated: link
})
`
