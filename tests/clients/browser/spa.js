// A page with oidc-client-ts in a real Chromium: signs a person in, renews silently in a frame, notices a sign-out
// elsewhere, signs in and out again.
// node spa.js ISSUER CLIENT_ID PORT USERNAME PASSWORD CHROMIUM PROFILE FLAGS...

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const [issuer, clientId, port, username, password, executablePath, profile, ...args] = process.argv.slice(2);
const origin = `http://localhost:${port}`;
const library = readFileSync("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js");
const page = `<!doctype html><title>Page</title><script src="/library.js"></script><script>
  window.manager = new oidc.UserManager({
    authority: "${issuer}", client_id: "${clientId}", scope: "openid email", loadUserInfo: true,
    redirect_uri: "${origin}/callback", silent_redirect_uri: "${origin}/silent",
    post_logout_redirect_uri: "${origin}/", monitorSession: true, checkSessionIntervalInSeconds: 1,
    automaticSilentRenew: false,
  });
  window.signedOut = new Promise((resolve) => manager.events.addUserSignedOut(() => resolve(true)));
  if (location.pathname === "/silent") manager.signinSilentCallback();
</script>`;

const server = createServer((request, response) => {
  const isLibrary = request.url === "/library.js";
  response.writeHead(200, { "Content-Type": isLibrary ? "text/javascript" : "text/html" });
  response.end(isLibrary ? library : page);
}).listen(Number(port), "localhost");

const browser = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args });
const tab = await browser.newPage();
const problems = [];
tab.on("pageerror", (error) => problems.push(String(error)));

async function signIn(isFirst) {
  await tab.goto(origin);
  await tab.evaluate(() => { manager.signinRedirect(); });
  await tab.waitForURL(`${issuer}/login**`);
  await tab.fill("#username", username);
  await tab.fill("#password", password);
  await tab.click("#sign-in");
  if (isFirst) await tab.click("#allow");
  await tab.waitForURL(`${origin}/callback**`);
  return tab.evaluate(async () => (await manager.signinRedirectCallback()).toStorageString());
}

const user = JSON.parse(await signIn(true));
const renewed = JSON.parse(await tab.evaluate(async () => (await manager.signinSilent()).toStorageString()));

const other = await browser.newPage();
await other.goto(issuer);
const noticed = tab.evaluate(() => Promise.race([
  signedOut, new Promise((resolve) => setTimeout(() => resolve(false), 15000)),
]));
await other.click("#sign-out");
const isNoticed = await noticed;

await signIn(false);
await tab.evaluate(() => { manager.signoutRedirect(); });
await tab.waitForURL((url) => url.origin === origin && url.pathname === "/");
const after = await tab.evaluate(() => manager.signinSilent().then(() => "signed in", (error) => error.error));

await browser.close();
server.close();
console.log(JSON.stringify({ profile: user.profile, renewed: renewed.profile, isNoticed, after, problems }));
