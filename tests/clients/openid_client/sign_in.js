// Signs a person in with openid-client: prints the address to open, reads the address that the browser ends at,
// prints what it learnt as JSON.  node sign_in.js ISSUER CLIENT_ID CLIENT_SECRET|"" REDIRECT_URI

import { createInterface } from "node:readline/promises";
import * as client from "openid-client";

const [issuer, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const authentication = clientSecret ? client.ClientSecretBasic(clientSecret) : client.None();
const config = await client.discovery(new URL(issuer), clientId, clientSecret || undefined, authentication, {
  execute: [client.allowInsecureRequests],
});

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: "openid email offline_access",
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
  state: expectedState,
  nonce: expectedNonce,
});
console.log(address.href);

const lines = createInterface({ input: process.stdin });
const { value: answer } = await lines[Symbol.asyncIterator]().next();
lines.close();
const tokens = await client.authorizationCodeGrant(config, new URL(answer), {
  pkceCodeVerifier,
  expectedState,
  expectedNonce,
  idTokenExpected: true,
});
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
const subject = tokens.claims().sub;
const userinfo = await client.fetchUserInfo(config, refreshed.access_token, subject);

console.log(JSON.stringify({
  claims: tokens.claims(),
  scope: tokens.scope,
  rotated: refreshed.refresh_token !== tokens.refresh_token,
  refreshedClaims: refreshed.claims(),
  userinfo,
}));
