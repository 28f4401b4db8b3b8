// Answers "client_id session_state" with unchanged, changed or error (OpenID Connect Session Management §3.1, §3.2).
// Old syntax, for every script engine.
(function () {
  var name = document.getElementById("check-session").getAttribute("data-cookie");

  function browserState() {
    var parts = document.cookie.split(";"), i, pair;
    for (i = 0; i < parts.length; i += 1) {
      pair = parts[i].replace(/^\s+/, "");
      if (pair.indexOf(name + "=") === 0) {
        return pair.substring(name.length + 1);
      }
    }
    return "";
  }

  function answer(message, origin) {
    var space, dot, clientId, known, salt, now;
    if (typeof message !== "string") {
      return "error";
    }
    space = message.lastIndexOf(" ");
    dot = message.lastIndexOf(".");
    if (space < 1 || dot < space) {
      return "error";
    }
    clientId = message.substring(0, space);
    known = message.substring(space + 1);
    salt = message.substring(dot + 1);
    now = window.sha256(clientId + " " + origin + " " + browserState() + " " + salt) + "." + salt;
    return now === known ? "unchanged" : "changed";
  }

  window.addEventListener("message", function (event) {
    event.source.postMessage(answer(event.data, event.origin), event.origin);
  }, false);
})();
