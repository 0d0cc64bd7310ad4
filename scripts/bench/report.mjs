// Figures as people read them.

/** The middle one of some numbers; undefined of none. */
export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** How far the numbers lie from their median at most, in percent. */
export function spread(numbers) {
  const middle = median(numbers);
  const far = numbers.map((number) => Math.abs(number - middle) / middle);
  return numbers.length === 0 ? 0 : Math.round(Math.max(...far) * 100);
}

/** 1 234 567 as 1 235. */
export const thousands = (number) => {
  const value = number / 1000;
  return value < 10 ? value.toFixed(2) : grouped(Math.round(value));
};

/** Digits in groups of three. */
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ' ');

/** A table in Markdown, columns aligned: names left, figures right. */
export function table(heads, rows) {
  const widths = heads.map((head, at) =>
    Math.max(3, head.length, ...rows.map((row) => row[at].length)),
  );
  const line = (cells) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(heads), rule, ...rows.map(line)].join('\n');
}
