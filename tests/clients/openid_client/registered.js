// A client that registers itself with openid-client and then does all that the library offers by itself; everything
// between is asked of the test: a person who authorizes, a person who types a device's code, a person who signs out.
// node registered.js ISSUER METHOD REDIRECT_URI POST_LOGOUT_URI

import * as client from "openid-client";
import { ask, tell } from "./conversation.js";

const [issuer, method, redirectUri, postLogoutUri] = process.argv.slice(2);
const byKey = method === "private_key_jwt";
const scope = "openid email offline_access";
const execute = [client.allowInsecureRequests];
const { clientAuth, jwks } = await authentication();
const config = await client.dynamicClientRegistration(
  new URL(issuer),
  {
    client_name: "Stranger",
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [postLogoutUri],
    grant_types: ["authorization_code", "refresh_token", "implicit", "urn:ietf:params:oauth:grant-type:device_code"],
    response_types: ["code", "id_token", "code id_token"],
    token_endpoint_auth_method: method,
    jwks,
  },
  clientAuth,
  { execute },
);
const code = await codeFlow();
tell({
  registered: config.clientMetadata(),
  code,
  hybrid: await hybridFlow(),
  implicit: await implicitFlow(),
  device: byKey && await deviceFlow(), // it waits five seconds, and device.js has the other methods
  signedOut: await ask("sign_out", signOutAddress(code.idToken)),
});

async function authentication() {
  if (!byKey) return { clientAuth: { none: client.None, client_secret_basic: client.ClientSecretBasic }[method]() };
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", keys.publicKey);
  return {
    clientAuth: client.PrivateKeyJwt(keys.privateKey),
    jwks: { keys: [{ kty, crv, x, y, use: "sig", alg: "ES256" }] },
  };
}

/** The same client, made for another response type. */
function configFor(useResponseType) {
  const other = new client.Configuration(config.serverMetadata(), config.clientMetadata().client_id, config.clientMetadata(), clientAuth);
  client.allowInsecureRequests(other);
  useResponseType(other);
  return other;
}

/** Send the person to the authorization endpoint; resolves to the answer and what it must agree with. */
async function authorize(config, scope) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  return { answer: new URL(await ask("authorize", address.href)), checks };
}

async function codeFlow() {
  const { answer, checks } = await authorize(config, scope);
  const tokens = await client.authorizationCodeGrant(config, answer, checks);
  return { ...(await useTokens(tokens)), idToken: tokens.id_token };
}

async function deviceFlow() {
  const codes = await client.initiateDeviceAuthorization(config, { scope });
  await ask("device", codes);
  return await useTokens(await client.pollDeviceAuthorizationGrant(config, codes));
}

/** UserInfo, refresh, introspection (of a client that can authenticate), revocation. */
async function useTokens(tokens) {
  const { sub } = tokens.claims();
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  const userinfo = await client.fetchUserInfo(config, refreshed.access_token, sub);
  const before = method !== "none" && await client.tokenIntrospection(config, refreshed.access_token);
  await client.tokenRevocation(config, refreshed.refresh_token);
  const after = method !== "none" && await client.tokenIntrospection(config, refreshed.access_token);
  const refused = await client.refreshTokenGrant(config, refreshed.refresh_token).catch((error) => error);
  return { claims: tokens.claims(), userinfo, active: [before.active, after.active], refused: refused.error };
}

async function hybridFlow() {
  const config = configFor(client.useCodeIdTokenResponseType);
  const { answer, checks } = await authorize(config, "openid email");
  const tokens = await client.authorizationCodeGrant(config, answer, checks);
  return { claims: tokens.claims(), userinfo: await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub) };
}

async function implicitFlow() {
  const config = configFor(client.useIdTokenResponseType);
  const address = client.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: "openid email", state: "s-1", nonce: "n-1" });
  const answer = new URL(await ask("authorize", address.href));
  return { claims: await client.implicitAuthentication(config, answer, "n-1", { expectedState: "s-1" }) };
}

function signOutAddress(idToken) {
  const parameters = { post_logout_redirect_uri: postLogoutUri, id_token_hint: idToken, state: "signed-out" };
  return client.buildEndSessionUrl(config, parameters).href;
}
