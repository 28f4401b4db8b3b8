// A client that registers itself with oauth4webapi and then takes every step by hand, each answer checked by the
// library; the test plays the person.  node registered.js ISSUER METHOD REDIRECT_URI POST_LOGOUT_URI

import * as oauth from "oauth4webapi";
import { ask, tell } from "./conversation.js";

const [issuer, method, redirectUri, postLogoutUri] = process.argv.slice(2);
const scope = "openid email offline_access";
const options = { [oauth.allowInsecureRequests]: true };
const server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), options));
const signing = await oauth.generateKeyPair("ES256");
const { key_ops, ext, ...publicJwk } = await crypto.subtle.exportKey("jwk", signing.publicKey);
const kid = "signing";
const client = await oauth.processDynamicClientRegistrationResponse(
  await oauth.dynamicClientRegistrationRequest(
    server,
    {
      client_name: "Stranger",
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [postLogoutUri],
      grant_types: ["authorization_code", "refresh_token", "implicit", "urn:ietf:params:oauth:grant-type:device_code"],
      response_types: ["code", "code id_token"],
      token_endpoint_auth_method: method,
      jwks: { keys: [{ ...publicJwk, kid, use: "sig", alg: "ES256" }] },
    },
    options,
  ),
);
const AUTHENTICATIONS = {
  none: oauth.None,
  client_secret_basic: oauth.ClientSecretBasic,
  client_secret_post: oauth.ClientSecretPost,
  client_secret_jwt: oauth.ClientSecretJwt,
};
const authentication = AUTHENTICATIONS[method](client.client_secret);

const code = await codeFlow();
tell({
  registered: client,
  code,
  hybrid: await hybridFlow(),
  pushed: await pushedFlow(),
  device: await deviceFlow(),
  signedOut: await ask("sign_out", signOutAddress(code.idToken)),
});

/** Parameters of an authorization request, and the code verifier. */
async function requestFor(parameters) {
  const verifier = oauth.generateRandomCodeVerifier();
  const request = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    ...parameters,
  });
  return { request, verifier, state: request.get("state"), nonce: request.get("nonce") };
}

async function authorize(parameters) {
  return new URL(await ask("authorize", `${server.authorization_endpoint}?${parameters}`));
}

async function redeem(answer, verifier, nonce, more = {}) {
  const response = await oauth.authorizationCodeGrantRequest(
    server, client, authentication, answer, redirectUri, verifier, { ...options, ...more });
  return await oauth.processAuthorizationCodeResponse(
    server, client, response, { expectedNonce: nonce, requireIdToken: true });
}

async function codeFlow() {
  const { request, verifier, state, nonce } = await requestFor({});
  const answer = oauth.validateAuthResponse(server, client, await authorize(request), state);
  const tokens = await redeem(answer, verifier, nonce);
  return { ...(await useTokens(tokens)), idToken: tokens.id_token };
}

async function hybridFlow() {
  const { request, verifier, state, nonce } = await requestFor({ response_type: "code id_token", scope: "openid email" });
  const answer = await oauth.validateCodeIdTokenResponse(
    server, client, await authorize(request), nonce, state, oauth.skipAuthTimeCheck, options);
  const tokens = await redeem(answer, verifier, nonce);
  return { claims: oauth.getValidatedIdTokenClaims(tokens) };
}

/** A signed request (RFC 9101), pushed (RFC 9126), its answer a JWT (JARM), its tokens bound to a key (RFC 9449) that no thief has. */
async function pushedFlow() {
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const { request, verifier, state, nonce } = await requestFor({ response_mode: "jwt", scope: "openid email" });
  const signed = await oauth.issueRequestObject(server, client, request, { key: signing.privateKey, kid });
  const parameters = new URLSearchParams({ client_id: client.client_id, request: signed });
  const pushed = await oauth.processPushedAuthorizationResponse(server, client,
    await oauth.pushedAuthorizationRequest(server, client, authentication, parameters, { ...options, DPoP }));
  const location = await authorize(new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri }));
  const answer = await oauth.validateJwtAuthResponse(server, client, location, state, options);
  const tokens = await redeem(answer, verifier, nonce, { DPoP });
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const response = await oauth.userInfoRequest(server, client, tokens.access_token, { ...options, DPoP });
  const thief = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const stolen = await oauth.userInfoRequest(server, client, tokens.access_token, { ...options, DPoP: thief });
  return {
    stolen: stolen.status,
    cnf: (await introspect(tokens.access_token))?.cnf,
    claims: oauth.getValidatedIdTokenClaims(tokens),
    tokenType: tokens.token_type,
    userinfo: await oauth.processUserInfoResponse(server, client, sub, response),
  };
}

async function deviceFlow() {
  const codes = await oauth.processDeviceAuthorizationResponse(server, client,
    await oauth.deviceAuthorizationRequest(server, client, authentication, { scope }, options));
  await ask("device", codes);
  const tokens = await oauth.processDeviceCodeResponse(server, client,
    await oauth.deviceCodeGrantRequest(server, client, authentication, codes.device_code, options));
  return await useTokens(tokens);
}

async function refresh(token) {
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token, options);
  return await oauth.processRefreshTokenResponse(server, client, response);
}

async function isActive(token) {
  return (await introspect(token))?.active;
}

async function introspect(token) {
  if (method === "none") return undefined;
  const response = await oauth.introspectionRequest(server, client, authentication, token, options);
  return await oauth.processIntrospectionResponse(server, client, response);
}

/** UserInfo, refresh, introspection (of a client that can authenticate), revocation. */
async function useTokens(tokens) {
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  const refreshed = await refresh(tokens.refresh_token);
  const response = await oauth.userInfoRequest(server, client, refreshed.access_token, options);
  const userinfo = await oauth.processUserInfoResponse(server, client, claims.sub, response);
  const before = await isActive(refreshed.access_token);
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, client, authentication, refreshed.refresh_token, options));
  const after = await isActive(refreshed.access_token);
  const refused = await refresh(refreshed.refresh_token).catch((error) => error);
  return { claims, userinfo, active: [before, after], refused: refused.error };
}

function signOutAddress(idToken) {
  return `${server.end_session_endpoint}?${new URLSearchParams({
    id_token_hint: idToken, post_logout_redirect_uri: postLogoutUri, state: "signed-out",
  })}`;
}
