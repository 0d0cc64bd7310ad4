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
