// A WebSocket API has one path, its stage; which stream is meant it is told by the query.
function handler(event) {
    var request = event.request;
    request.headers['x-elevo-address'] = { value: event.viewer.ip };
    request.headers['x-elevo-host'] = { value: request.headers.host.value };
    request.querystring.stream = { value: encodeURIComponent(request.uri) };
    request.uri = '/live';
    return request;
}
