// Registers itself with openid-client, signs a person in with requests, answers or tokens secured, and out again.
// Prints the address to open, reads the address that the browser ends at, prints what it learnt as JSON.
// node secured.js ISSUER jarm|par|dpop|jar|all REDIRECT_URI

import { createInterface } from "node:readline/promises";
import * as client from "openid-client";

const [issuer, mode, redirectUri] = process.argv.slice(2);
const all = mode === "all"; // a signed request is pushed, its answer is signed, its tokens are bound
const execute = [client.allowInsecureRequests];
const signingKeys = await client.randomDPoPKeyPair("ES256");
const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", signingKeys.publicKey);

const config = await client.dynamicClientRegistration(new URL(issuer), {
  client_name: `openid-client ${mode}`,
  token_endpoint_auth_method: "client_secret_post",
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: [redirectUri],
  jwks: { keys: [{ kty, crv, x, y, kid: "k", use: "sig", alg: "ES256" }] },
  dpop_bound_access_tokens: mode === "dpop" || all,
  require_pushed_authorization_requests: all,
  ...(all && { request_object_signing_alg: "ES256", require_signed_request_object: true }),
}, undefined, { execute });
if (mode === "jarm" || all) client.useJwtResponseMode(config);

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();
const parameters = {
  redirect_uri: redirectUri,
  scope: "openid email",
  state: expectedState,
  nonce: expectedNonce,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
};
const options = mode === "dpop" || all ? { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair()) } : undefined;
const signing = { key: signingKeys.privateKey, kid: "k" };
const signed = async () => (await client.buildAuthorizationUrlWithJAR(config, parameters, signing)).searchParams;
const address = all ? await client.buildAuthorizationUrlWithPAR(config, await signed(), options)
  : mode === "par" ? await client.buildAuthorizationUrlWithPAR(config, parameters)
  : mode === "jar" ? await client.buildAuthorizationUrlWithJAR(config, parameters, signing)
  : client.buildAuthorizationUrl(config, parameters);
console.log(address.href);

const lines = createInterface({ input: process.stdin });
const { value: answer } = await lines[Symbol.asyncIterator]().next();
lines.close();

const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
const tokens = await client.authorizationCodeGrant(config, new URL(answer), checks, undefined, options);
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub, options);
const logout = client.buildEndSessionUrl(config, {
  post_logout_redirect_uri: redirectUri,
  state: "bye",
  id_token_hint: tokens.id_token,
});

console.log(JSON.stringify({
  clientId: config.clientMetadata().client_id,
  claims,
  userinfo,
  tokenType: tokens.token_type,
  logout: logout.href,
}));
