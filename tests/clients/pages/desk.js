// The operators' pages, one after the other, as an operator who has just signed in goes through them.

export async function lookAtDesk(tab, look, issuer) {
  const open = async (name, link, anchor) => {
    await tab.click(link);
    await look(`desk: ${name}`, anchor);
  };

  await tab.goto(`${issuer}/admin`);
  await look("desk: overview", "#overview");
  await open("clients", "#part-clients", "#clients");
  await open("client", "#clients li:last-child a", "#client");
  await open("client, all metadata", "#show-metadata", "#metadata");
  await open("client edited", "#edit", "#client-form");
  await tab.goBack();
  await open("client as a document", "#edit-metadata", "#document-form");
  await tab.goBack();
  await open("secret asked", "#rotate-secret", "#confirm-form");
  await open("secret", "#confirm", "#client-secret");
  await tab.click("#part-clients");
  await open("new client", "#new-client", "#client-form");
  await tab.fill("#redirect-uris", "ftp://client.example/");
  await open("new client refused", "#save", "#desk-error");
  await open("people", "#part-people", "#people");
  await open("new person", "#new-person", "#person-form");
  await tab.fill("#name", "no@name");
  await open("new person refused", "#save", "#desk-error");
  await tab.click("#part-people");
  await open("oneself", "#people li:first-child a", "#sessions");
  await tab.click("#part-people");
  await open("person", "#people li:last-child a", "#no-sessions");
  await tab.click("#link");
  await open("link", "#confirm", "#account-link");
  await open("nobody's grants", "#part-grants", "#say-whose");
  await tab.fill("#person", "ada");
  await open("grants", "#search", "#grants");
  await open("keys", "#part-keys", "#keys");
  await tab.click("#when-now");
  await open("rotation", "#rotate", "#confirm-form");
  await open("events", "#part-events", "#events");
  await open("health", "#part-health", "#findings");
}
