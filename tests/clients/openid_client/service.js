// A service with openid-client: prints the client metadata that it wants, reads the client information, gets a token,
// introspects, revokes, prints what it learnt as JSON.
// node service.js ISSUER client_secret_basic|client_secret_post|ES256|RS256 (the last two: private_key_jwt)

import { createInterface } from "node:readline/promises";
import * as client from "openid-client";

const ALGORITHMS = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  RS256: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
};
const BY_SECRET = { client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost };
const KID = "service-key";

const [issuer, method] = process.argv.slice(2);
const keys = method in ALGORITHMS
  && await crypto.subtle.generateKey(ALGORITHMS[method], false, ["sign", "verify"]);
if (keys) {
  const { key_ops, ext, ...jwk } = await crypto.subtle.exportKey("jwk", keys.publicKey);
  const jwks = { keys: [{ ...jwk, kid: KID, alg: method, use: "sig" }] };
  console.log(JSON.stringify({ token_endpoint_auth_method: "private_key_jwt", jwks }));
} else {
  console.log(JSON.stringify({ token_endpoint_auth_method: method }));
}

const lines = createInterface({ input: process.stdin });
const { value: answer } = await lines[Symbol.asyncIterator]().next();
lines.close();
const information = JSON.parse(answer);
const authentication = keys
  ? client.PrivateKeyJwt({ key: keys.privateKey, kid: KID })
  : BY_SECRET[method](information.client_secret);
const config = await client.discovery(new URL(issuer), information.client_id, undefined, authentication, {
  execute: [client.allowInsecureRequests],
});

const tokens = await client.clientCredentialsGrant(config, { scope: "files" });
const before = await client.tokenIntrospection(config, tokens.access_token);
await client.tokenRevocation(config, tokens.access_token);
const after = await client.tokenIntrospection(config, tokens.access_token);

console.log(JSON.stringify({ scope: tokens.scope, before, after }));
