/** One series against time, drawn on a canvas: a line, the ground under it, an axis of three round values. */

export interface PlotSeries {
  readonly values: readonly number[];
  /** A custom property of the page that holds its colour. */
  readonly colour: string;
}

export interface PlotLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** A round number not below `value` whose half is round too; for sizes, in the unit they are shown in. */
export function roundUp(value: number, binary: boolean): number {
  if (value <= 0) return 2;
  const unit = binary ? 1024 ** Math.floor(Math.log(value) / Math.log(1024)) : 1;
  const scaled = value / unit;
  const power = 10 ** Math.floor(Math.log10(scaled));
  for (const step of [1, 2, 4, 6, 8, 10]) {
    if (scaled <= step * power * 1.000001) return Math.max(2, step * power * unit);
  }
  return 10 * power * unit;
}

/** Draws it for the canvas's present size and the page's present colours; returns where it put things. */
export function drawPlot(
  canvas: HTMLCanvasElement,
  series: readonly PlotSeries[],
  options: {
    readonly span: number;
    readonly binary: boolean;
    readonly format: (value: number) => string;
    readonly hover: number | undefined;
    readonly ago: (seconds: number) => string;
  },
): PlotLayout | undefined {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const context = canvas.getContext('2d');
  if (context === null || width === 0 || height === 0) return undefined;
  const ratio = Math.max(1, devicePixelRatio);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const top = roundUp(
    Math.max(...series.map(({ values }) => values.reduce((a, b) => Math.max(a, b), 0))),
    options.binary,
  );

  context.font = `11px ${style.fontFamily}`;
  const marks = [0, top / 2, top];
  const left =
    Math.ceil(Math.max(...marks.map((mark) => context.measureText(options.format(mark)).width))) +
    8;
  const layout: PlotLayout = { left, right: width - 6, top: 8, bottom: height - 18, width, height };
  const x = (index: number) =>
    layout.right - ((options.span - 1 - index) / (options.span - 1)) * (layout.right - layout.left);
  const y = (value: number) => layout.bottom - (value / top) * (layout.bottom - layout.top);

  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const mark of marks) {
    const line = Math.round(y(mark)) + 0.5;
    context.strokeStyle = colour(mark === 0 ? '--border' : '--grid-line');
    context.beginPath();
    context.moveTo(layout.left, line);
    context.lineTo(layout.right, line);
    context.stroke();
    context.fillStyle = colour('--text-faint');
    context.fillText(options.format(mark), layout.left - 6, line);
  }
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  context.fillText(options.ago(options.span), layout.left, height - 4);
  context.textAlign = 'right';
  context.fillText(options.ago(0), layout.right, height - 4);

  series.forEach(({ values, colour: name }, order) => {
    const first = options.span - values.length;
    const last = values.at(-1);
    if (last === undefined) return;
    context.beginPath();
    values.forEach((value, index) => context.lineTo(x(first + index), y(value)));
    context.strokeStyle = colour(name);
    context.lineWidth = 1.75;
    context.lineJoin = 'round';
    context.stroke();
    if (order === 0) {
      context.lineTo(layout.right, layout.bottom);
      context.lineTo(x(first), layout.bottom);
      context.globalAlpha = 0.12;
      context.fillStyle = colour(name);
      context.fill();
      context.globalAlpha = 1;
    }
    const at = options.hover === undefined ? values.length - 1 : options.hover - first;
    const value = values[at];
    if (value === undefined) return;
    context.beginPath();
    context.arc(x(first + at), y(value), 3, 0, 2 * Math.PI);
    context.fillStyle = colour(name);
    context.fill();
  });
  if (options.hover !== undefined) {
    context.strokeStyle = colour('--border-strong');
    context.lineWidth = 1;
    context.beginPath();
    const line = Math.round(x(options.hover)) + 0.5;
    context.moveTo(line, layout.top);
    context.lineTo(line, layout.bottom);
    context.stroke();
  }
  return layout;
}
