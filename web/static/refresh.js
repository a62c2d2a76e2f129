// Loads the page again every half minute, with its filters (they are in the address) and where it was scrolled to, unless
// somebody is typing or has something open.
"use strict";
setInterval(function () {
  var at = document.activeElement;
  var busy = at && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
  var selecting = window.getSelection && String(window.getSelection()) !== "";
  if (!busy && !selecting && !document.querySelector("details[open]")) {
    location.reload();
  }
}, 30000);
