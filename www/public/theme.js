// Runs before the first paint, so that a dark page never flashes white. The rest is src/app/theme.ts.
(function () {
  // Workers and their like may come from where the page comes from; nothing else becomes a script, and nothing markup.
  if (window.trustedTypes) {
    window.trustedTypes.createPolicy('default', {
      createScriptURL: function (address) {
        return new URL(address, location.href).origin === location.origin ? address : null;
      },
    });
  }
  var choice = null;
  try {
    choice = localStorage.getItem('resplay.theme');
  } catch {
    // Storage is blocked: follow the system.
  }
  var dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
