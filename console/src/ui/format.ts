const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

const SPANS: readonly (readonly [number, string])[] = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

/** The two largest units that a time consists of. */
export function span(milliseconds: number): string {
  let rest = Math.max(0, Math.round(milliseconds / 1000));
  const parts: string[] = [];
  for (const [seconds, unit] of SPANS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0 || (unit === 's' && parts.length === 0)) {
      parts.push(`${count} ${unit}`);
    }
  }
  return parts.slice(0, 2).join(' ');
}

export function ago(timestamp: string, now: number): string {
  const passed = now - Date.parse(timestamp);
  if (passed < 5000) {
    return 'now';
  }
  const [seconds = 1, unit] = SPANS.find(([size]) => passed >= size * 1000) ?? [];
  return `${Math.floor(passed / 1000 / seconds)} ${unit ?? 's'} ago`;
}

export function moment(timestamp: string): string {
  return new Date(timestamp).toLocaleString();
}

export function clock(timestamp: number | string): string {
  return new Date(timestamp).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
}
