"""A client of the gateway as its users write them: two headers, JSON, no library of ours."""

import json
import sys
import urllib.request

BASE, TOKEN, UPSTREAM_PORT = sys.argv[1], sys.argv[2], int(sys.argv[3])
HEADERS = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, headers=HEADERS, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


route = call("POST", "/admin/routes", {
    "service_name": "python-service",
    "path_pattern": "/python/users/*",
    "target_url": "/users/*",
    "method": "GET",
    "requires_auth": True,
    "rate_limit_rpm": 500,
    "load_balance_strategy": "round_robin",
})
assert route["code"] == "S10000", route
print("route", route["content"]["route_id"])

service = call("POST", "/admin/services", {
    "service_name": "python-service",
    "instance_id": "python-service-1",
    "host": "127.0.0.1",
    "port": UPSTREAM_PORT,
    "protocol": "http",
    "weight": 100,
    "metadata": {"zone": "a"},
})
assert service["code"] == "S10000", service
print("endpoint", service["content"]["endpoint"])

print("forwarded", call("GET", "/python/users/7")["path"])
print("health", call("GET", "/health")["content"]["status"])
assert "gateway_requests_total" in call("GET", "/metrics?hours=24")["content"]["metrics"]
print("metrics", "read")
print("deleted", call("DELETE", "/admin/routes/" + route["content"]["route_id"])["code"])
print("deregistered", call("DELETE", "/admin/services/" + service["content"]["instance_id"])["code"])
