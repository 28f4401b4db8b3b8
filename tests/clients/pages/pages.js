// Every page in a real Chromium, as two people see it, under axe-core's rules of WCAG 2.2 AA; and what the console says.
// node pages.js CHROMIUM JSON, with {issuer, authorize, username, password, userCodes, flags,
// setup, invitation, reset: links by which a password is chosen}

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

import { lookAtDesk } from "./desk.js";

const [executablePath, given] = process.argv.slice(2);
const { issuer, authorize, username, password, userCodes, flags, setup, invitation, reset } = JSON.parse(given);
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WAYS = [
  { colorScheme: "light", locale: "en", viewport: { width: 1280, height: 800 } },
  { colorScheme: "dark", locale: "ko", viewport: { width: 360, height: 740 } },
];

const browser = await chromium.launch({ executablePath, headless: true, args: flags });
const seen = [];
const problems = [];

for (const [index, way] of WAYS.entries()) {
  const context = await browser.newContext(way);
  await context.route("https://client.example/**", (route) => route.fulfill({ body: "<title>Client</title>" }));
  const tab = await context.newPage();
  tab.on("console", (message) => {
    const isTheErrorPage = /status of 40[04]/.test(message.text()) && /=(nobody|unknown)$/.test(message.location().url);
    if (!isTheErrorPage) problems.push(`${way.locale} ${tab.url()}: ${message.text()}`);
  });
  tab.on("pageerror", (error) => problems.push(`${way.locale} ${tab.url()}: ${error}`));

  const look = async (name, anchor) => {
    await tab.waitForSelector(anchor);
    const { violations } = await tab.evaluate(`${axe}; axe.run({ runOnly: ${JSON.stringify(RULES)} })`);
    for (const { id, nodes } of violations) problems.push(`${way.locale} ${name}: ${id} at ${nodes[0].target}`);
    const isCut = await tab.evaluate("document.documentElement.scrollWidth > innerWidth");
    if (isCut) problems.push(`${way.locale} ${name}: wider than the window`);
    seen.push(name);
  };
  const signIn = async (typed) => {
    await tab.fill("#username", username);
    await tab.fill("#password", typed);
    await tab.click("#sign-in");
  };

  const chooseTwo = async () => {
    await tab.fill("#new-password", "a new one, longer");
    await tab.fill("#repeated-password", "another one");
  };

  await tab.goto(setup);
  await look("setup", "#setup-form");
  await tab.fill("#username", username);
  await chooseTwo();
  await tab.click("#create-account");
  await look("setup refused", "#setup-error");
  await tab.goto(invitation);
  await look("invitation", "#welcome-form");
  await tab.goto(reset);
  await chooseTwo();
  await tab.click("#save-password");
  await look("reset refused", "#welcome-error");
  await tab.goto(`${issuer}/welcome?token=unknown`);
  await look("link over", "#link-over");
  await tab.goto(issuer);
  await look("home", "#sign-in");
  await tab.goto(authorize);
  await look("login", "#login-form");
  await signIn("wrong");
  await look("login refused", "#login-error");
  await signIn(password);
  await look("consent", "#consent-form");
  await tab.click("#allow");
  await tab.waitForURL("https://client.example/**");
  await tab.goto(issuer);
  await look("home, signed in", "#sign-out");
  await tab.goto(`${issuer}/account`);
  await look("account", "#apps");
  await lookAtDesk(tab, look, issuer);
  await tab.goto(`${issuer}/account`);
  await tab.click("#change-password");
  await look("password", "#password-form");
  await tab.fill("#current-password", "wrong");
  await chooseTwo();
  await tab.click("#save-password");
  await look("password refused", "#password-error");
  await tab.goto(`${issuer}/login/accounts`);
  await look("accounts", "#accounts");
  await tab.goto(`${issuer}/device`);
  await look("device", "#device-form");
  await tab.fill("#user-code", "WRONGONE");
  await tab.click("#continue");
  await look("device refused", "#device-error");
  await tab.fill("#user-code", userCodes[index]);
  await tab.click("#continue");
  await look("device confirmed", "#device-confirm-form");
  await tab.click("#allow");
  await look("device done", "#device-allowed");
  await tab.goto(`${issuer}/approvals`);
  await look("approvals", "#approvals");
  await tab.click("#approvals .yes");
  await look("approvals, one answered", "#account");
  await tab.goto(`${issuer}/authorize?client_id=nobody`);
  await look("error", "#error-code");
  await tab.goto(`${issuer}/logout`);
  await look("logout", "#logout-form");
  await tab.click("#sign-out");
  await look("signed out", "#signed-out");
  await context.close();
}

await browser.close();
console.log(JSON.stringify({ seen, problems }));
