/** What two texts differ in, as `diff` prints it. */

/** Lines times lines beyond which no difference is looked for. */
const MOST_CELLS = 16_000_000;

interface Change {
  /** Lines of each side, from and to, the end not included. */
  readonly left: readonly [number, number];
  readonly right: readonly [number, number];
}

/** The difference in diff's normal format; undefined when the texts are too long. */
export function normalDiff(left: string, right: string): string | undefined {
  const [ours, theirs] = [linesIn(left), linesIn(right)];
  const changes = changesBetween(ours, theirs);
  if (!changes) return undefined;
  const range = ([from, to]: readonly [number, number]): string =>
    to - from > 1 ? `${from + 1},${to}` : String(to > from ? from + 1 : from);
  const lines = (
    all: readonly string[],
    [from, to]: readonly [number, number],
    mark: string,
  ): string =>
    all
      .slice(from, to)
      .map(
        (line) =>
          `${mark} ${line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`}`,
      )
      .join('');
  return changes
    .map(({ left: from, right: to }) => {
      const [gone, come] = [from[1] > from[0], to[1] > to[0]];
      const kind = gone && come ? 'c' : gone ? 'd' : 'a';
      const between = gone && come ? '---\n' : '';
      return `${range(from)}${kind}${range(to)}\n${lines(ours, from, '<')}${between}${lines(theirs, to, '>')}`;
    })
    .join('');
}

/** Lines with their ends: the last may have none. */
const linesIn = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/));

/** What is not alike, by the longest common subsequence of lines. */
function changesBetween(ours: readonly string[], theirs: readonly string[]): Change[] | undefined {
  let start = 0;
  while (start < ours.length && start < theirs.length && ours[start] === theirs[start]) start += 1;
  let [endOurs, endTheirs] = [ours.length, theirs.length];
  while (endOurs > start && endTheirs > start && ours[endOurs - 1] === theirs[endTheirs - 1]) {
    endOurs -= 1;
    endTheirs -= 1;
  }
  const [rows, columns] = [endOurs - start, endTheirs - start];
  const width = columns + 1;
  if ((rows + 1) * width > MOST_CELLS) return undefined;
  // How many lines are alike from here to the end.
  const alike = new Uint32Array((rows + 1) * width);
  const at = (row: number, column: number): number => alike[row * width + column] ?? 0;
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      alike[row * width + column] =
        ours[start + row] === theirs[start + column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const changes: Change[] = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    if (row < rows && column < columns && ours[start + row] === theirs[start + column]) {
      row += 1;
      column += 1;
      continue;
    }
    const from: [number, number] = [row, column];
    while (
      (row < rows || column < columns) &&
      !(row < rows && column < columns && ours[start + row] === theirs[start + column])
    ) {
      if (column >= columns || (row < rows && at(row + 1, column) >= at(row, column + 1))) row += 1;
      else column += 1;
    }
    changes.push({
      left: [start + from[0], start + row],
      right: [start + from[1], start + column],
    });
  }
  return changes;
}
