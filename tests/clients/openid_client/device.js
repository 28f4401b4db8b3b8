// Signs a device in with openid-client: prints the codes as JSON, polls while somebody approves, refreshes, revokes,
// prints what it learnt as JSON.  node device.js ISSUER CLIENT_ID CLIENT_SECRET|""

import * as client from "openid-client";

const [issuer, clientId, clientSecret] = process.argv.slice(2);
const authentication = clientSecret ? client.ClientSecretBasic(clientSecret) : client.None();
const config = await client.discovery(new URL(issuer), clientId, clientSecret || undefined, authentication, {
  execute: [client.allowInsecureRequests],
});

const codes = await client.initiateDeviceAuthorization(config, { scope: "openid email offline_access" });
console.log(JSON.stringify(codes));

const tokens = await client.pollDeviceAuthorizationGrant(config, codes);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
const userinfo = await client.fetchUserInfo(config, refreshed.access_token, tokens.claims().sub);
await client.tokenRevocation(config, refreshed.refresh_token, { token_type_hint: "refresh_token" });
const refused = await client.refreshTokenGrant(config, refreshed.refresh_token).catch((error) => error);

console.log(JSON.stringify({
  claims: tokens.claims(),
  scope: tokens.scope,
  userinfo,
  refused: refused.error,
}));
