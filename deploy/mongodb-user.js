// MongoDB's image runs this once, while there is no data. Creates the importer's user, for its own database only.
db.getSiblingDB('profile_importer').createUser({
  user: 'importer',
  pwd: fs.readFileSync('/run/secrets/mongodb-importer-password', 'utf8'),
  roles: [{ role: 'readWrite', db: 'profile_importer' }],
})
