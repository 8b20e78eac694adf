// express-session on the store that the first argument names.
'use strict';

const { randomBytes } = require('node:crypto');
const path = require('node:path');
// The packages lie beside the data, not beside this file.
const need = require('node:module').createRequire(path.join(process.env.PACKAGES, '/'));
const express = need('express');
const session = need('express-session');

const DATA = require('../visitor.json');
const GREETING = `Hello, ${DATA.name}`;

const stores = {
  memory: () => new session.MemoryStore(),

  sqlite3: () => {
    const Store = need('connect-sqlite3')(session);
    const folder = process.env.FOLDER;
    const store = new Store({ db: 'connect.db', dir: folder, concurrentDb: true });
    store.db.run('PRAGMA synchronous=FULL');
    return store;
  },

  better: () => {
    const Store = need('better-sqlite3-session-store')(session);
    const client = new (need('better-sqlite3'))(`${process.env.FOLDER}/better.db`);
    client.pragma('journal_mode = WAL');
    client.pragma('synchronous = FULL');
    return new Store({ client });
  },

  postgresql: () => {
    const Store = need('connect-pg-simple')(session);
    return new Store({ conString: process.env.STORE_URL, createTableIfMissing: true });
  },

  redis: () => {
    const { RedisStore } = need('connect-redis');
    const client = need('redis').createClient({ url: process.env.STORE_URL });
    client.connect();
    return new RedisStore({ client });
  },
};

const app = express();
app.disable('x-powered-by');
app.get('/', (request, response) => response.send(GREETING));
app.use(session({
  secret: 'benchmarks-have-no-secret-to-keep',
  resave: false,
  saveUninitialized: false,
  store: stores[process.argv[2]](),
}));

app.get('/fill', (request, response) => {
  const token = randomBytes(8).toString('hex');
  Object.assign(request.session, DATA, { token });
  response.send(GREETING);
});
app.get('/reads', (request, response) => {
  response.send(`Hello, ${request.session.name}`);
});
app.get('/changes', (request, response) => {
  request.session.visits += 1;
  response.send(`Hello, ${request.session.name}, visit ${request.session.visits}`);
});
app.get('/creates', (request, response) => {
  request.session.name = DATA.name;
  response.send(GREETING);
});

app.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
