/** A figure as the server prints it, with separators where nothing is lost by them: in whole numbers only. */
export function groupThousands(text: string): string {
  if (!/^-?\d{4,}$/.test(text)) return text;
  return text.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A size in bytes in at most four figures: `812 B`, `1.2 KB`, `34 MB`. */
export function bytesText(bytes: number): string {
  if (Number.isNaN(bytes)) return '–';
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))} ${units[unit] ?? ''}`;
}

/** A count in at most four figures: `812`, `1.2k`, `3.4M`. */
export function countText(count: number): string {
  if (count < 10_000) return groupThousands(String(Math.round(count)));
  if (count < 1_000_000) return `${Number((count / 1000).toPrecision(3))}k`;
  return `${Number((count / 1_000_000).toPrecision(3))}M`;
}

/** A time that is left, to the second: `12s`, `3m 05s`, `2h 10m`, `4d 3h`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const pad = (value: number) => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${pad(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}
