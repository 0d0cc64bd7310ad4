// Runs before the first paint, so that a dark page never flashes white. The rest is src/app/theme.ts.
(function () {
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
