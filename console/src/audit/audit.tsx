import type {VNode} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {call} from '../api/client';
import type {AuditEvent, Page} from '../api/types';
import {go, link} from '../router';
import {Action} from '../ui/action';
import {moment} from '../ui/format';
import {Empty, Shown, useResource} from '../ui/states';

const AT_ONCE = 50;
/** Years of more digits are slips, and beyond some of them there are no dates. */
const LAST = '9999-12-31T23:59';
const OUTCOMES = ['success', 'denied', 'failed'];
const FILTERS = ['type', 'resource', 'userId', 'outcome', 'from', 'to'] as const;
type Filter = Readonly<Record<(typeof FILTERS)[number], string>>;

function filterOf(query: URLSearchParams): Filter {
  return Object.fromEntries(FILTERS.map(name => [name, query.get(name) ?? ''])) as Filter;
}

/** What is set of it, as it is: what the API cannot read it refuses in its own words. */
function asked(filter: Filter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
}

/** A moment as the clocks of this place show it, to the minute; empty for what is none. */
function localOf(moment: string): string {
  const shown = new Date(Date.parse(moment) - new Date(moment).getTimezoneOffset() * 60_000);
  return Number.isNaN(shown.getTime()) ? '' : shown.toISOString().slice(0, 16);
}

/** The moment that was entered; what was there, if nobody has touched it. */
function momentOf(local: string, before: string): string {
  return local === localOf(before) && local !== '' ? before : local && new Date(local).toISOString();
}

function page(filter: Filter, cursor: string, signal?: AbortSignal): Promise<Page<AuditEvent>> {
  return call('GET', '/audit/events', {query: {...asked(filter), limit: AT_ONCE, cursor}, ...(signal ? {signal} : {})});
}

/** Who did what, and who was refused. The filter is in the address, its times in UTC, so that it can be handed on. */
export function Audit({query}: {readonly query: URLSearchParams}): VNode {
  const filter = filterOf(query);
  const first = useResource(signal => page(filter, '', signal), [query.toString()]);
  const [list, setList] = useState<{events: readonly AuditEvent[]; next: string | null} | null>(null);
  useEffect(() => {
    setList(first.value && {events: first.value.data, next: first.value.pagination.nextCursor ?? null});
  }, [first.value]);
  const next = list?.next;
  const more = async (): Promise<void> => {
    const following = await page(filter, next ?? '');
    setList(before => before && {
      events: [...before.events, ...following.data],
      next: following.pagination.nextCursor ?? null,
    });
  };
  return (
    <>
      <header class="bar">
        <h1>Audit</h1>
        <Action class="push" act={() => Promise.resolve(first.reload())}>Read again</Action>
      </header>
      <Choice key={query.toString()} filter={filter} />
      <Shown of={{...first, value: list?.events ?? null}}>
        {events => events.length === 0 ? <Empty title="Nothing is in the trail that is like that" /> : <Table events={events} />}
      </Shown>
      {next && <Action class="more" act={more}>Show more</Action>}
    </>
  );
}

function Choice({filter}: {readonly filter: Filter}): VNode {
  const [wish, setWish] = useState({...filter, from: localOf(filter.from), to: localOf(filter.to)});
  const change = (part: Partial<Filter>): void => setWish(before => ({...before, ...part}));
  return (
    <form
      class="inline filters"
      onSubmit={event => {
        event.preventDefault();
        go(['audit'], {...wish, from: momentOf(wish.from, filter.from), to: momentOf(wish.to, filter.to)});
      }}
    >
      <label>Type <input placeholder="sandbox.create" spellcheck={false} value={wish.type} onInput={event => change({type: event.currentTarget.value})} /></label>
      <label>Resource <input placeholder="sbx-…" spellcheck={false} value={wish.resource} onInput={event => change({resource: event.currentTarget.value})} /></label>
      <label>User <input spellcheck={false} value={wish.userId} onInput={event => change({userId: event.currentTarget.value})} /></label>
      <label>
        Outcome{' '}
        <select value={wish.outcome} onChange={event => change({outcome: event.currentTarget.value})}>
          <option value="">any</option>
          {OUTCOMES.map(outcome => <option key={outcome}>{outcome}</option>)}
        </select>
      </label>
      <label>From <input type="datetime-local" max={LAST} value={wish.from} onInput={event => change({from: event.currentTarget.value})} /></label>
      <label>To <input type="datetime-local" max={LAST} value={wish.to} onInput={event => change({to: event.currentTarget.value})} /></label>
      <button type="submit" class="primary">Filter</button>
      <a class="button" href={link(['audit'])}>Clear</a>
    </form>
  );
}

function Table({events}: {readonly events: readonly AuditEvent[]}): VNode {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Audit trail">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Type</th>
            <th scope="col">Outcome</th>
            <th scope="col">Resource</th>
            <th scope="col">Who</th>
            <th scope="col">From</th>
            <th scope="col">Details</th>
          </tr>
        </thead>
        <tbody>{events.map(event => <Row key={event.id} event={event} />)}</tbody>
      </table>
    </div>
  );
}

function Row({event}: {readonly event: AuditEvent}): VNode {
  const more = Object.entries(event.metadata);
  return (
    <tr>
      <td class="number"><time dateTime={event.timestamp}>{moment(event.timestamp)}</time></td>
      <th scope="row" class="mono">{event.type}</th>
      <td><span class={`state ${event.outcome}`}>{event.outcome}</span></td>
      <td class="mono"><a href={link(['audit'], {resource: event.resource})}>{event.resource}</a></td>
      <td>{event.userId ?? '–'}{event.keyId && <div class="faint mono">{event.keyId}</div>}</td>
      <td>{event.clientType}<div class="faint mono">{event.remoteAddr}</div></td>
      <td>
        <details>
          <summary>{more.length === 0 ? 'request' : more.map(([name]) => name).slice(0, 2).join(', ')}</summary>
          <dl class="pairs">
            <dt>request</dt><dd class="mono">{event.requestId}</dd>
            {more.map(([name, value]) => <><dt>{name}</dt><dd class="mono">{value}</dd></>)}
          </dl>
        </details>
      </td>
    </tr>
  );
}
