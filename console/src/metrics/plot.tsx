import type {VNode} from 'preact';
import {useState} from 'preact/hooks';
import {clock} from '../ui/format';

export interface Point {
  readonly at: number;
  readonly value: number;
}

interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

interface PlotProps {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly from: number;
  readonly to: number;
  /** Points further apart than so many milliseconds are not joined. */
  readonly gap: number;
  /** Top of the scale; without it, the largest value. */
  readonly most?: number;
  say(value: number): string;
}

const WIDTH = 400;
const HEIGHT = 90;

/** A small drawing of values over time. */
export function Plot({name, lines, from, to, gap, most, say}: PlotProps): VNode {
  const [pointed, setPointed] = useState<number | null>(null);
  const largest = Math.max(...lines.flatMap(line => line.points.map(point => point.value)), 0);
  const top = most ?? (largest || 1);
  const x = (at: number): number => ((at - from) / (to - from)) * WIDTH;
  const y = (value: number): number => HEIGHT - (Math.min(value, top) / top) * (HEIGHT - 2) - 1;
  const draw = (points: readonly Point[]): string =>
    points
      .map((point, index) => {
        const before = points[index - 1];
        const joined = before !== undefined && point.at - before.at <= gap;
        // One that nothing is joined to is a dot.
        const place = `${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`;
        return joined ? `L${place}` : `M${place}h0`;
      })
      .join('');
  const shown = lines.map(line => ({name: line.name, point: nearest(line.points, pointed ?? to)}));
  const said = shown
    .flatMap(({name: of, point}) => (point ? [`${lines.length > 1 ? `${of} ` : ''}${say(point.value)}`] : []))
    .join(', ');
  const at = pointed === null ? null : shown[0]?.point?.at;

  return (
    <figure class="plot">
      <figcaption>
        <span class="strong">{name}</span>
        <span class="number">{said || '–'}</span>
        <span class="faint push">{at ? clock(at) : most === undefined ? `at most ${say(largest)}` : `of ${say(most)}`}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${said || 'no values'}, at most ${say(largest)}`}
        onPointerMove={event => {
          const box = event.currentTarget.getBoundingClientRect();
          setPointed(from + ((event.clientX - box.left) / box.width) * (to - from));
        }}
        onPointerLeave={() => setPointed(null)}
      >
        {[0.25, 0.5, 0.75].map(part => <line key={part} class="grid" x1="0" x2={WIDTH} y1={HEIGHT * part} y2={HEIGHT * part} />)}
        {lines.map((line, index) => <path key={line.name} class={`line of${index}`} d={draw(line.points)} />)}
        {at && <line class="pointed" x1={x(at)} x2={x(at)} y1="0" y2={HEIGHT} />}
      </svg>
      <div class="axis faint"><span>{clock(from)}</span><span>{clock(to)}</span></div>
    </figure>
  );
}

function nearest(points: readonly Point[], at: number): Point | null {
  return points.reduce<Point | null>(
    (best, point) => (best && Math.abs(best.at - at) <= Math.abs(point.at - at) ? best : point),
    null,
  );
}
