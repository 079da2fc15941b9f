// Run by mongosh at every start, as often as wanted: the replica set, and one user for each service who may read
// and write the service's database and nothing else. The auditor reads them all and writes only its own.
// By user; computed from the workers' definitions.
const DATABASES = JSON.parse(require('node:fs').readFileSync('/etc/orderflow/databases.json', 'utf8'));
const READS_ALL = 'auditor';
const DEADLINE_MS = 60_000;

const password = (user) => {
  const name = `${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; it must be a password`);
  return value;
};

db.getSiblingDB('admin').auth('admin', password('admin'));

try {
  rs.status();
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  rs.initiate({ _id: 'orderflow', members: [{ _id: 0, host: 'mongo:27017' }] });
}

const deadline = Date.now() + DEADLINE_MS;
while (!db.hello().isWritablePrimary) {
  if (Date.now() > deadline) throw new Error(`No primary within ${DEADLINE_MS} ms`);
  sleep(200);
}

const rolesOf = (user) => {
  const own = DATABASES[user];
  const others = user === READS_ALL ? [...new Set(Object.values(DATABASES))].filter((name) => name !== own) : [];
  return [{ role: 'readWrite', db: own }, ...others.map((db) => ({ role: 'read', db }))];
};

for (const [user, name] of Object.entries(DATABASES)) {
  const database = db.getSiblingDB(name);
  const rights = { pwd: password(user), roles: rolesOf(user) };
  if (database.getUser(user)) database.updateUser(user, rights);
  else database.createUser({ user, ...rights });
  print(`${user}: ${rights.roles.map(({ role, db }) => `${role} ${db}`).join(', ')}`);
}
