export type ThemeChoice = 'system' | 'light' | 'dark';

const STORAGE_KEY = 'resplay.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

export const themeChoices: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** What the reader chose; `system` when nothing, or when storage is blocked. */
export function themeChoice(): ThemeChoice {
  try {
    const choice = localStorage.getItem(STORAGE_KEY);
    if (choice === 'light' || choice === 'dark') return choice;
  } catch {
    // Blocked: the system decides.
  }
  return 'system';
}

let current = themeChoice();

function apply(): void {
  const resolved = current === 'system' ? (dark.matches ? 'dark' : 'light') : current;
  document.documentElement.dataset['theme'] = resolved;
}

export function setTheme(choice: ThemeChoice): void {
  current = choice;
  try {
    localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // Not remembered, still switched.
  }
  apply();
}

/** Keeps the document in step with the system from now on. */
export function followSystemTheme(): void {
  apply();
  dark.addEventListener('change', apply);
}
