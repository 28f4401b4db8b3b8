// Adapters for oidc-provider: one table, a row for each artefact, looked up by unique keys.

import SQLite from "better-sqlite3";
import pg from "pg";

const GRANTABLE = new Set(["AccessToken", "AuthorizationCode", "RefreshToken", "DeviceCode"]);
const SCHEMA = (number) => `
  CREATE TABLE IF NOT EXISTS artefacts (
    model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, uid TEXT, user_code TEXT,
    expires_at ${number}, consumed_at ${number}, PRIMARY KEY (model, id));
  CREATE INDEX IF NOT EXISTS by_grant ON artefacts (grant_id);
  CREATE INDEX IF NOT EXISTS by_uid ON artefacts (uid);
  CREATE INDEX IF NOT EXISTS by_user_code ON artefacts (user_code);`;
const STATEMENTS = {
  upsert: `INSERT INTO artefacts VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT (model, id) DO UPDATE SET
    payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code,
    expires_at = excluded.expires_at`,
  find: "SELECT payload, expires_at, consumed_at FROM artefacts WHERE model = $1 AND id = $2",
  uid: "SELECT payload, expires_at, consumed_at FROM artefacts WHERE model = $1 AND uid = $2",
  userCode: "SELECT payload, expires_at, consumed_at FROM artefacts WHERE model = $1 AND user_code = $2",
  consume: "UPDATE artefacts SET consumed_at = $1 WHERE model = $2 AND id = $3",
  destroy: "DELETE FROM artefacts WHERE model = $1 AND id = $2",
  revoke: "DELETE FROM artefacts WHERE grant_id = $1",
};
const now = () => Math.floor(Date.now() / 1000);

/** Make oidc-provider's adapter class out of a way to run statements: `(name, values) => rows`. */
function adapter(run) {
  return class {
    constructor(model) {
      this.model = model;
    }

    async upsert(id, payload, expiresIn) {
      const grantId = GRANTABLE.has(this.model) ? payload.grantId : null;
      await run("upsert", [this.model, id, JSON.stringify(payload), grantId ?? null, payload.uid ?? null,
        payload.userCode ?? null, expiresIn ? now() + expiresIn : null]);
    }

    async find(id) {
      return opened(await run("find", [this.model, id]));
    }

    async findByUid(uid) {
      return opened(await run("uid", [this.model, uid]));
    }

    async findByUserCode(userCode) {
      return opened(await run("userCode", [this.model, userCode]));
    }

    async consume(id) {
      await run("consume", [now(), this.model, id]);
    }

    async destroy(id) {
      await run("destroy", [this.model, id]);
    }

    async revokeByGrantId(grantId) {
      await run("revoke", [grantId]);
    }
  };
}

function opened([row]) {
  if (!row || (row.expires_at && row.expires_at <= now())) return undefined;
  return { ...JSON.parse(row.payload), ...(row.consumed_at && { consumed: row.consumed_at }) };
}

/** Maps without a bound: oidc-provider's own adapter forgets all but a thousand artefacts, sessions among them. */
export function memory() {
  const rows = new Map();
  const uids = new Map();
  return adapter((name, [model, id, payload, , uid, , expires_at]) => {
    const key = `${model}:${id}`;
    const row = rows.get(name === "uid" ? uids.get(key) : key);
    if (name === "upsert") {
      rows.set(key, { payload, expires_at });
      if (uid) uids.set(`${model}:${uid}`, key);
    } else if (name === "consume") {
      const [at, consumedModel, consumedId] = [model, id, payload];
      rows.get(`${consumedModel}:${consumedId}`).consumed_at = at;
    } else if (name === "destroy") {
      rows.delete(key);
    } else if (name === "revoke") {
      throw new Error("no workload revokes");
    }
    return row ? [row] : [];
  });
}

export function sqlite(file) {
  const database = new SQLite(file);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.exec(SCHEMA("INTEGER"));
  const prepared = {};
  for (const [name, text] of Object.entries(STATEMENTS)) prepared[name] = database.prepare(text.replaceAll(/\$\d/g, "?"));
  return adapter((name, values) => (prepared[name].reader ? prepared[name].all(...values) : (prepared[name].run(...values), [])));
}

export async function postgresql(url) {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  pg.types.setTypeParser(20, Number);
  await pool.query(SCHEMA("BIGINT"));
  return adapter(async (name, values) => (await pool.query({ name, text: STATEMENTS[name], values })).rows);
}
