// Sends the answer to the client (OAuth 2.0 Form Post Response Mode §2). Old syntax, for every script engine.
window.onload = function () {
  document.forms[0].submit();
};
