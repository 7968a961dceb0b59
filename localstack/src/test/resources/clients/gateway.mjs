// A client of the gateway as its users write them: two headers, JSON, no library of ours.
const [base, token, upstreamPort] = process.argv.slice(2);
const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };

async function call(method, path, body) {
  const response = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const route = await call('POST', '/admin/routes', {
  service_name: 'js-service',
  path_pattern: '/js/users/*',
  target_url: '/users/*',
  method: 'GET',
  required_permissions: ['users.read', 'gateway.admin'],
  permission_check_strategy: 'any',
});
console.log('route', route.content.route_id);

const service = await call('POST', '/admin/services', {
  service_name: 'js-service',
  instance_id: 'js-service-1',
  host: '127.0.0.1',
  port: Number(upstreamPort),
});
console.log('endpoint', service.content.endpoint);

console.log('forwarded', (await call('GET', '/js/users/7')).path);
const health = await call('GET', '/health');
console.log('health', health.content.status);
const metrics = await call('GET', '/metrics');
if (!metrics.content.metrics.includes('gateway_active_routes')) throw new Error(metrics.content.metrics);
console.log('metrics', 'read');
console.log('deleted', (await call('DELETE', '/admin/routes/' + route.content.route_id)).code);
console.log('deregistered', (await call('DELETE', '/admin/services/' + service.content.instance_id)).code);
