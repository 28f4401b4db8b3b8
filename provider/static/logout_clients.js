// Goes on when every frame has loaded, or has had its time. Old syntax, for every script engine.
(function () {
  var WAIT_MILLISECONDS = 5000, isGone = false;

  function goOn() {
    if (!isGone) {
      isGone = true;
      window.location.replace(document.getElementById("continue").href);
    }
  }

  window.setTimeout(goOn, WAIT_MILLISECONDS);
  window.addEventListener("load", goOn, false);
})();
