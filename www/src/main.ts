import { openLab } from './client';
import { isShared } from './client/shared';
import { followSystemTheme } from './app/theme';
import { locale, onLocaleChange } from './i18n';
import './app/resplay-app';
import './app/views';

followSystemTheme();

const nameLanguage = (): void => {
  document.documentElement.lang = locale();
};
nameLanguage();
onLocaleChange(nameLanguage);

const app = document.querySelector('resplay-app');
if (app) {
  // A page may hold any number of labs, each with its own files. One that comes in a link has nothing to do with them.
  const name = new URLSearchParams(location.search).get('lab');
  const opened = isShared()
    ? import('./share').then(({ openShared }) => openShared(app))
    : openLab(name ? { name } : {});
  opened.then(
    (lab) => (app.lab = lab),
    (error: unknown) => (app.failure = error instanceof Error ? error.message : String(error)),
  );
  addEventListener('hashchange', () => isShared() && location.reload());
}

// When the page is at rest.
addEventListener('load', () =>
  setTimeout(() => void import('./offline/offline').then(({ keepOffline }) => keepOffline()), 3000),
);
