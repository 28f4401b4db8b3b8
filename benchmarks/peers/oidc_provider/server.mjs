// npm's oidc-provider as its documentation sets it up, with what the workloads need switched on.
// node server.mjs PORT memory|FILE|postgresql://…
//
// Signing in is a redirect: whoever arrives is the person "bench", who allows everything; the session and the grant are
// real, so that the requests that follow are answered as for somebody who has signed in once.

import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const [port, store] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(issuer, {
  adapter: await adapterOf(store),
  clients: [{
    client_id: "bench",
    client_secret: "bench-secret-of-32-characters-000",
    redirect_uris: ["https://client.example/callback"],
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    response_types: ["code"],
  }],
  claims: { openid: ["sub"], email: ["email"] },
  cookies: { keys: ["bench"] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: "bench@example.org" }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: (_, client) => client.grantTypeAllowed("refresh_token"),
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig", kid: "bench" }] },
  pkce: { required: () => false },
  rotateRefreshToken: true,
  ttl: { AccessToken: 3600, Grant: 86400, IdToken: 3600, Interaction: 3600, RefreshToken: 86400, Session: 86400 },
});

const answer = provider.callback();
createServer(async (request, response) => {
  if (request.url.startsWith("/interaction/")) {
    await provider.interactionFinished(request, response, await resultFor(request, response), { mergeWithLastSubmission: true });
  } else {
    answer(request, response);
  }
}).listen(Number(port), "127.0.0.1");

async function resultFor(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") return { login: { accountId: "bench" } };
  const grant = (grantId && await provider.Grant.find(grantId))
    || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return { consent: { grantId: await grant.save() } };
}

async function adapterOf(store) {
  const { memory, sqlite, postgresql } = await import("./stores.mjs");
  if (store === "memory") return memory();
  return store.startsWith("postgresql:") ? postgresql(store) : sqlite(store);
}
