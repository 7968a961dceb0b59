import type {VNode} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {call, path} from '../api/client';
import type {Sample, Sandbox} from '../api/types';
import {bytes} from '../ui/format';
import {Empty, Shown, useResource} from '../ui/states';
import {Plot, type Point} from './plot';

const SAMPLED_MS = 10_000;
/** Minutes shown, and seconds from point to point. */
const RANGES = [
  {minutes: 15, step: 10, name: '15 min'},
  {minutes: 60, step: 15, name: '1 h'},
  {minutes: 360, step: 60, name: '6 h'},
  {minutes: 1440, step: 240, name: '24 h'},
] as const;

interface Shot {
  readonly samples: readonly Sample[];
  readonly from: number;
  readonly to: number;
}

function points(samples: readonly Sample[], value: (sample: Sample) => number): readonly Point[] {
  return samples.map(sample => ({at: Date.parse(sample.timestamp), value: value(sample)}));
}

/** Bytes a second between two samples; what counts from zero again has none. */
function rate(samples: readonly Sample[], count: (sample: Sample) => number): readonly Point[] {
  return samples.slice(1).flatMap((sample, index) => {
    const before = samples[index];
    const seconds = before ? (Date.parse(sample.timestamp) - Date.parse(before.timestamp)) / 1000 : 0;
    const more = before ? count(sample) - count(before) : -1;
    return more >= 0 && seconds > 0 ? [{at: Date.parse(sample.timestamp), value: more / seconds}] : [];
  });
}

function percent(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

function perSecond(value: number): string {
  return `${bytes(value)}/s`;
}

/** What the sandbox has used, drawn over time. */
export function Metrics({sandbox}: {readonly sandbox: Sandbox}): VNode {
  const [range, setRange] = useState<(typeof RANGES)[number]>(RANGES[0]);
  const shot = useResource<Shot>(async signal => {
    const to = Date.now();
    const from = to - range.minutes * 60_000;
    const {metrics} = await call<{metrics: readonly Sample[]}>('GET', path('sandboxes', sandbox.id, 'metrics'), {
      query: {start: new Date(from).toISOString(), end: new Date(to).toISOString(), step: range.step},
      signal,
    });
    return {samples: metrics, from, to};
  }, [sandbox.id, sandbox.state, range]);
  const {reload} = shot;
  useEffect(() => {
    if (sandbox.state !== 'running') {
      return undefined;
    }
    const timer = setInterval(reload, SAMPLED_MS);
    return () => clearInterval(timer);
  }, [reload, sandbox.state]);

  return (
    <section class="panel" aria-labelledby="metrics">
      <header class="bar">
        <h2 id="metrics">Metrics</h2>
        <div class="segments push" role="group" aria-label="Time that is shown">
          {RANGES.map(one => (
            <button key={one.name} type="button" aria-pressed={one === range} onClick={() => setRange(one)}>{one.name}</button>
          ))}
        </div>
      </header>
      <Shown of={shot}>
        {({samples, from, to}) => {
          const last = samples.at(-1);
          if (!last) {
            return <Empty title="No samples of this time"><p>They are taken every ten seconds while it runs.</p></Empty>;
          }
          const span = {from, to, gap: Math.max(range.step * 3000, 3 * SAMPLED_MS)};
          return (
            <div class="plots">
              <Plot name="CPU" {...span} most={100} say={percent} lines={[{name: 'used', points: points(samples, one => one.cpuUsagePercent)}]} />
              <Plot name="Memory" {...span} most={last.memoryTotal} say={bytes} lines={[{name: 'used', points: points(samples, one => one.memoryUsed)}]} />
              <Plot name="Disk" {...span} most={last.diskTotal} say={bytes} lines={[{name: 'used', points: points(samples, one => one.diskUsed)}]} />
              <Plot
                name="Network"
                {...span}
                say={perSecond}
                lines={[
                  {name: 'in', points: rate(samples, one => one.networkRxBytes)},
                  {name: 'out', points: rate(samples, one => one.networkTxBytes)},
                ]}
              />
            </div>
          );
        }}
      </Shown>
    </section>
  );
}
